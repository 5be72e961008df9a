import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { formats } from '../../../shared/feeds/formats/all-formats.ts';
import type { FeedMapping } from '../../../shared/feeds/formats/feed-format.ts';
import { generic } from '../../../shared/feeds/formats/generic.ts';
import { checkMapping } from '../../../shared/feeds/formats/mapping.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';
import type { XmlElement } from '../../../shared/feeds/xml/xml-element.ts';
import { proposeMapping } from '../../../shared/feeds/proposal/propose-mapping.ts';
import { formatPreview } from '../../../shared/feeds/preview/format-preview.ts';
import { previewFeed } from '../../../shared/feeds/preview/preview.ts';
import { chooseFrom } from '../../doubles/chosen.ts';
import { hardText, hardTexts } from '../../doubles/hard-texts.ts';
import { defaultContext, readFixture } from '../../doubles/map-feed.ts';
import { processorSeconds } from '../../doubles/processor-time.ts';

// Reports each result before the next test blocks.
test.beforeEach(async () => {
  await setImmediate();
});

/** Some forty values; items of at most 2 MB. */
const length = 8000;
const maxSeconds = 1;

const fixtures: Readonly<Record<string, string>> = {
  KYERO: 'kyero.xml',
  OPENIMMO: 'openimmo.xml',
  REAXML: 'reaxml.xml',
  YANDEX: 'yandex.xml',
  TROVIT: 'trovit.xml',
  RESALES: 'resales.xml',
  GENERIC: 'generic-list.xml',
};

/** `values/bounded-work` tries all shapes in each run. */
const chooseShapes = (t: ExecutionContext): readonly string[] =>
  chooseFrom(t, 'shapes', [...hardTexts.keys()], Math.ceil(hardTexts.size / 4));

for (const format of formats) {
  test.serial(`an item of ${format.name} is read in time, whatever its values`, (t) => {
    const file = fixtures[format.name] ?? `recipes/${format.name.toLowerCase()}.xml`;
    const root = parseBeginning(readFixture(file)) as XmlElement;
    const mapping = format === generic ? (proposeMapping(root)?.mapping as FeedMapping) : undefined;
    const item = widest(root);
    for (const shape of chooseShapes(t)) {
      const damaged = withText(item, hardText(shape, length));
      const context = { ...defaultContext, now: new Date(0), ...(mapping ? { mapping } : {}) };
      const seconds = processorSeconds(() => format.map(damaged, context), maxSeconds);
      t.true(seconds < maxSeconds, `${shape}: ${seconds} s`);
    }
  });
}

test.serial('lists of one text, and texts of many elements, are read in time', (t) => {
  const fields = {
    id: '@id',
    features: { path: 'flags', split: ',' },
    images: [
      { path: 'photos', split: '|' },
      { each: 'image', path: 'url', caption: '@title' },
    ],
    descriptions: [
      { path: 'text', lineBreak: '~' },
      { path: 'texts/*', language: 'name' },
    ],
    title: 'titles/*',
  };
  const items: Readonly<Record<string, string>> = {
    features: `<flags>${'a,'.repeat(400_000)}</flags>`,
    'empty features': `<flags>${','.repeat(900_000)}</flags>`,
    photos: `<photos>${'http://a/1.jpg|'.repeat(60_000)}</photos>`,
    'photos of nothing': `<photos>${'|//'.repeat(300_000)}</photos>`,
    images: '<image><url>http://a/1.jpg</url></image>'.repeat(9000),
    'long captions':
      `<image title="${'&lt;b>a&lt;/b> '.repeat(1000)}">` + `<url>${'http://a/1, '.repeat(5000)}</url></image>`,
    breaks: `<text>${'~'.repeat(900_000)}</text>`,
    languages: `<texts>${'<en>the house with the garden</en><x/>'.repeat(9000)}</texts>`,
    titles: `<titles>${'<a>the house</a>'.repeat(19_000)}</titles>`,
    'texts between elements': `<text>${'a<b/>'.repeat(19_000)}</text>`,
  };
  for (const [name, content] of Object.entries(items)) {
    const { element } = parseItem(Buffer.from(`<p id="1">${content}</p>`));
    const context = { ...defaultContext, mapping: { itemPath: 'r/p', fields } };
    const seconds = processorSeconds(() => generic.map(element, context), maxSeconds);
    t.true(seconds < maxSeconds, `${name}: ${seconds} s`);
  }
});

test.serial('a name with many asterisks is matched in time', (t) => {
  const mapping = { itemPath: 'r/p', fields: { id: `${'*a'.repeat(100)}*b`, title: `@${'*a'.repeat(100)}*b` } };
  t.false('problems' in checkMapping(mapping));
  const name = 'a'.repeat(100_000);
  const { element } = parseItem(Buffer.from(`<p ${name}="1"><${name}>1</${name}></p>`));
  const seconds = processorSeconds(() => generic.map(element, { ...defaultContext, mapping }), maxSeconds);
  t.true(seconds < maxSeconds, `${seconds} s`);
  t.true('problems' in checkMapping({ itemPath: 'r/p', fields: { id: 'a/'.repeat(10_000) } }));
});

test.serial('a mapping is proposed in time, whatever the values and names of the feed', (t) => {
  const item = widest(parseBeginning(readFixture('generic-list.xml')) as XmlElement);
  for (const shape of chooseShapes(t)) {
    const children = Array.from({ length: 6 }, (_, at) => withText(item, `${hardText(shape, length)}${at}`));
    const seconds = processorSeconds(() => proposeMapping({ ...item, name: 'feed', children }, true), maxSeconds);
    t.true(seconds < maxSeconds, `${shape}: ${seconds} s`);
  }
  const feeds: Readonly<Record<string, (at: number) => string>> = {
    'of many kinds': (at) => `<a${at}><price>${at}</price><city>x</city><beds>1</beds><id>${at}</id></a${at}>`,
    'with long names': (at) => `<a><${'price'.repeat(200)}>${at}</${'price'.repeat(200)}></a>`,
    'of many people': (at) => `<a>${`<g${at}><phone>${at}00000</phone><name>x</name></g${at}>`.repeat(3)}</a>`,
  };
  for (const [name, itemOf] of Object.entries(feeds)) {
    const document = `<f>${Array.from({ length: 2000 }, (_, at) => itemOf(at)).join('')}</f>`;
    const root = parseBeginning(Buffer.from(document)) as XmlElement;
    const seconds = processorSeconds(() => proposeMapping(root, true), maxSeconds);
    t.true(seconds < maxSeconds, `${name}: ${seconds} s`);
  }
});

test.serial('a preview is made and shown in time', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-bounded-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const value of [`a${' '.repeat(900_000)}b`, 'a'.repeat(900_000), '&lt;'.repeat(200_000)]) {
    await writeFile(
      join(folder, 'feed.xml'),
      `<root><kyero/><property><id>1</id><title>${value}</title><town>${value}</town></property></root>`,
    );
    const begun = process.cpuUsage();
    const limits = { maxBytes: 1e7, timeoutMs: 60_000, idleTimeoutMs: 60_000, now: () => new Date(0) };
    const preview = await previewFeed(join(folder, 'feed.xml'), { ...limits, format: 'KYERO' });
    const shown = formatPreview(preview, { colour: false, width: 100 });
    const seconds = process.cpuUsage(begun).user / 1e6;
    t.true(seconds < 5 * maxSeconds, `${seconds} s`);
    t.true(shown.length < 10_000);
  }
});

/** With the most different children. */
function widest(element: XmlElement): XmlElement {
  const names = ({ children }: XmlElement): number => new Set(children.map(({ name }) => name)).size;
  return element.children.map(widest).reduce((best, one) => (names(one) > names(best) ? one : best), element);
}

function withText(element: XmlElement, text: string): XmlElement {
  const attributes = Object.fromEntries(Object.keys(element.attributes).map((name) => [name, text]));
  const children = element.children.map((child) => withText(child, text));
  return { name: element.name, attributes, children, text: children.length > 0 ? '' : text };
}
