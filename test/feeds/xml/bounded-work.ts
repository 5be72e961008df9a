/** Linear work takes tenths of a second. */

import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { decodeBytes, detectEncoding, repairDoubleEncoding } from '../../../shared/feeds/xml/encoding.ts';
import { decodeEntities, hasBareAmpersand } from '../../../shared/feeds/xml/entities.ts';
import { parseBeginning, parseSurroundings } from '../../../shared/feeds/xml/parse-beginning.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';
import { ItemSplitter } from '../../../shared/feeds/xml/split-items.ts';
import type { Surroundings } from '../../../shared/feeds/xml/surroundings.ts';
import { EstioError } from '../../../shared/platform/errors.ts';
import { chooseFrom } from '../../doubles/chosen.ts';
import { hardText, hardTexts } from '../../doubles/hard-texts.ts';
import { processorSeconds } from '../../doubles/processor-time.ts';

// Reports each result before the next test blocks.
test.beforeEach(async () => {
  await setImmediate();
});

const length = 100_000;
const maxSeconds = 2;
const utf8 = { encoding: 'windows-1252', source: 'default', claimsUtf8: true, bomBytes: 0 } as const;
const repeated = (unit: string, total = length): string => unit.repeat(Math.ceil(total / unit.length));

const places: Readonly<Record<string, (text: string) => string>> = {
  text: (text) => `<p><a>${text}</a></p>`,
  section: (text) => `<p><![CDATA[${text}]]></p>`,
  comment: (text) => `<p><!--${text}-->&<a/></p>`,
  instruction: (text) => `<p><?x ${text}?><a/></p>`,
  attribute: (text) => `<p a="${text}"/>`,
  tag: (text) => `<p ${text}></p>`,
  nothing: (text) => text,
};

for (const [place, documentOf] of Object.entries(places)) {
  test.serial(`an item is read in time, whatever stands in its ${place}`, (t) => {
    for (const shape of chooseFrom(t, 'shapes', [...hardTexts.keys()], Math.ceil(hardTexts.size / 3))) {
      const bytes = Buffer.from(documentOf(hardText(shape, length)));
      const seconds = processorSeconds(() => {
        refusable(() => parseItem(bytes));
        parseBeginning(bytes);
        splitAll(Buffer.concat([Buffer.from('<r>'), bytes]), 16_384);
        detectEncoding(bytes.subarray(0, 65_536));
      }, maxSeconds);
      t.true(seconds < maxSeconds, `${shape}: ${seconds} s`);
    }
  });
}

test.serial('items of many parts are read in time', (t) => {
  const many: Readonly<Record<string, string | Buffer>> = {
    attributes: `<p ${Array.from({ length: 20_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`,
    'attributes of one name': `<p ${repeated('a="1" ')}/>`,
    'attributes without values': `<p ${repeated('a=')}/>`,
    'quotes in quotes': `<p ${repeated(`a='"' `)}/>`,
    elements: `<p>${repeated('x<a/>', 90_000)}</p>`,
    depth: `<p>${'<a>x'.repeat(58)}${repeated('text ')}${'</a>'.repeat(58)}</p>`,
    'a long name': `<p><${repeated('a:')}/></p>`,
    'unclosed breaks': `<p>${repeated('<br>', 70_000)}</p>`,
    'sections in a comment': `<p><!--${repeated('<![CDATA[')}-->&</p>`,
    'an unclosed comment': `<p>< ${repeated('<!--')}`,
    'bare signs': `<p>${repeated('<! ')}</p>`,
    'unclosed elements': repeated('<a>'),
    'ends of nothing': `<p>${repeated('</a>')}`,
    'an unclosed tag': repeated('<a '),
    'bytes of no encoding': Buffer.concat([Buffer.from('<p>'), Buffer.alloc(length, 0xfc), Buffer.from('</p>')]),
    'text encoded twice': `<p>${repeated('Ã¼')}</p>`,
  };
  for (const [name, document] of Object.entries(many)) {
    const bytes = Buffer.from(document as string);
    const seconds = processorSeconds(() => {
      refusable(() => parseItem(bytes));
      parseBeginning(bytes);
      const { text } = decodeBytes(bytes, utf8);
      repairDoubleEncoding(text);
      hasBareAmpersand(decodeEntities(text));
    }, maxSeconds);
    t.true(seconds < maxSeconds, `${name}: ${seconds} s`);
  }
});

test.serial('a feed of items that no one closed is cut in time, and every item is there', (t) => {
  const feeds: Readonly<Record<string, [document: string, items: number]>> = {
    'at its end': [`<r>${`<p>${'x'.repeat(37)}`.repeat(100_000)}`, 0],
    'in its list': [`<r>${'<p>'.repeat(100_000)}</r>`, 100_000],
    'with something in them': [`<r>${`<p><id>1</id>${'x'.repeat(1000)}`.repeat(10_000)}</r>`, 10_000],
    'not next to each other': [`<r><p>${'<x><p>'.repeat(50_000)}</r>`, 50_001],
    'among some that are closed': [`<r>${'<p><p></p>'.repeat(50_000)}</r>`, 100_000],
  };
  for (const [name, [document, count]] of Object.entries(feeds)) {
    let items = 0;
    const seconds = processorSeconds(() => (items = splitAll(Buffer.from(document), 65_536).length), maxSeconds);
    t.true(seconds < maxSeconds, `${name}: ${seconds} s`);
    if (count > 0) t.is(items, count, name);
    else t.true(items > 0);
  }
});

test.serial('what comes in small pieces is cut in time', (t) => {
  const feeds: Readonly<Record<string, string>> = {
    item: `<r><p>${repeated('<a>text</a>', 1_500_000)}</p></r>`,
    tag: `<r><p ${repeated('a="text" ', 900_000)}/></r>`,
    'long name': `<r><p/><${repeated('a', 900_000)}/></r>`,
    'tag of the list': `<r ${repeated('a="text" ', 900_000)}><p/></r>`,
    DOCTYPE: `<!DOCTYPE ${repeated('a b ', 900_000)}><r><p/></r>`,
    comment: `<r><!--${repeated('a b ', 900_000)}--><p/></r>`,
  };
  for (const [name, document] of Object.entries(feeds)) {
    const bytes = Buffer.from(document);
    let found: string[] = [];
    const seconds = processorSeconds(() => (found = splitAll(bytes, 64).map((item) => item.toString())), maxSeconds);
    t.true(seconds < maxSeconds, `${name}: ${seconds} s`);
    t.is(found.length, 1);
    t.true(document.includes(found[0] as string));
  }
});

test.serial('what stands between the items is read in time', (t) => {
  const feeds: Readonly<Record<string, string>> = {
    elements: `<r>${'<p/><s/>'.repeat(20_000)}</r>`,
    texts: `<r>${'<p/>text, '.repeat(20_000)}</r>`,
    'a long beginning': `<r>${repeated('<s/>')}${'<g><p/></g>'.repeat(5000)}</r>`,
    'ends of nothing': `<r>${'<x>'.repeat(50_000)}${'</y>'.repeat(50_000)}<p/></r>`,
    'lists in lists': `<r>${'<g><p/>'.repeat(20_000)}`,
  };
  for (const [name, document] of Object.entries(feeds)) {
    const bytes = Buffer.from(document);
    const seconds = processorSeconds(() => {
      const splitter = new ItemSplitter({ itemPaths: ['//p'] });
      const seen = new Set<Surroundings>();
      for (let at = 0; at < bytes.length; at += 65_536)
        for (const { surroundings } of splitter.push(bytes.subarray(at, at + 65_536)))
          if (!seen.has(surroundings)) parseSurroundings(seen.add(surroundings) && surroundings);
      splitter.end();
    }, maxSeconds);
    t.true(seconds < maxSeconds, `${name}: ${seconds} s`);
  }
});

test.serial('a provider that stands behind some of its items is still known to the next', (t) => {
  const document = '<o><a><i/><i/><i/><name>A</name><i/></a><a><i/></a></o>';
  const splitter = new ItemSplitter({ itemPaths: ['o/a/i'] });
  const around = splitter.push(Buffer.from(document)).map(({ surroundings }) => parseSurroundings(surroundings));
  t.deepEqual(
    around.map((chain) => [chain.map(({ name }) => name).join('/'), chain[1]?.children.map(({ text }) => text).join()]),
    [
      ['o/a', ''],
      ['o/a', ''],
      ['o/a', ''],
      ['o/a', 'A'],
      ['o/a', ''],
    ],
  );
});

function splitAll(bytes: Buffer, chunk: number): Buffer[] {
  const splitter = new ItemSplitter({ itemPaths: ['r/p'] });
  const found: Buffer[] = [];
  refusable(() => {
    for (let at = 0; at < bytes.length; at += chunk)
      found.push(...splitter.push(bytes.subarray(at, at + chunk)).map((item) => item.bytes));
    splitter.end();
  });
  return found;
}

function refusable(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof EstioError)) throw error;
  }
}
