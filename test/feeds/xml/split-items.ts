import test from 'ava';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { ItemSplitter, type SplitEnd, type SplitItem } from '../../../shared/feeds/xml/split-items.ts';

/** In chunks of the given sizes (repeated). */
function split(
  document: string | Buffer,
  itemPaths: string[],
  chunkSizes: number[] = [1 << 20],
  maxItemBytes?: number,
): { items: SplitItem[]; texts: string[]; end: SplitEnd } {
  const splitter = new ItemSplitter({ itemPaths, ...(maxItemBytes ? { maxItemBytes } : {}) });
  const bytes = Buffer.from(document);
  const items: SplitItem[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = chunkSizes[i % chunkSizes.length] as number;
    items.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return { items, texts: items.map((item) => item.bytes.toString()), end: splitter.end() };
}

test('gives each item with its offset, whatever the chunks', (t) => {
  const document =
    '<?xml version="1.0"?>\n<root><kyero>3</kyero><property><id>1</id></property>\n<property a="b"/></root>';
  for (const size of [1, 2, 3, 7, 1000]) {
    const { items, texts, end } = split(document, ['root/property'], [size]);
    t.deepEqual(texts, ['<property><id>1</id></property>', '<property a="b"/>'], `chunks of ${size}`);
    t.deepEqual(
      items.map((item) => item.offset),
      [document.indexOf('<property>'), document.indexOf('<property a')],
    );
    t.true(end.complete);
  }
});

test('item tags in CDATA and comments are text; nested items belong to their parent', (t) => {
  const first =
    '<property><d><![CDATA[</property><property>]]></d><!-- </property> --><?x </property> ?><property>' +
    '<id>inner</id></property></property>';
  const second = '<property><title a="/property>" b=\'>\'>two</title></property>';
  const { texts, end } = split(
    `<property>${first}<!-- <property>no</property> -->${second}</property>`,
    ['property/property'],
    [5],
  );
  t.deepEqual(texts, [first, second]);
  t.true(end.complete);
});

test('empty, attributed, prefixed and similar names are distinguished, by letter case too', (t) => {
  const document =
    '<r><property/><property id="1"></property><n:property>2</n:property><propertyType>x</propertyType>' +
    '<PROPERTY>4</PROPERTY></r>';
  t.deepEqual(split(document, ['r/property']).texts, [
    '<property/>',
    '<property id="1"></property>',
    '<n:property>2</n:property>',
  ]);
  const anyCase = new ItemSplitter({ itemPaths: ['R/Property'], anyCase: true });
  t.is(anyCase.push(Buffer.from(document)).length, 4);
});

test('items may be at any depth, of any name, or the root itself', (t) => {
  t.deepEqual(split('<a><b><ad>1</ad></b><ad>2</ad></a>', ['//ad']).texts, ['<ad>1</ad>', '<ad>2</ad>']);
  t.deepEqual(split('<a><x>1</x><y>2</y></a>', ['a/*']).texts, ['<x>1</x>', '<y>2</y>']);
  const root = split('<ad><id>1</id></ad>', ['ad']);
  t.deepEqual(root.texts, ['<ad><id>1</id></ad>']);
  t.true(root.end.complete);
});

test('a document whose root is not closed is incomplete although its last item is whole', (t) => {
  const { texts, end } = split('<root><property>1</property>', ['root/property']);
  t.is(texts.length, 1);
  t.deepEqual([end.complete, end.reason], [false, 'root-not-closed']);
});

test('after the root only space, comments and instructions may come', (t) => {
  t.true(split('<r><i/></r> \n<!-- generated in 3 s --><?end?>\n', ['r/i']).end.complete);
  for (const rest of ['x', '<r></r>', '<b>Warning</b>', '<!-- open', '<![CDATA[x]]>x']) {
    t.is(split(`<r><i/></r>${rest}`, ['r/i']).end.reason, 'content-after-root', rest);
  }
});

test('an empty document and white space are empty, and text is not an element', (t) => {
  t.is(split('', ['r/i']).end.reason, 'empty');
  t.is(split(' \r\n ', ['r/i']).end.reason, 'empty');
  t.is(split('{"error": 5 < 6}', ['r/i']).end.reason, 'no-element');
});

test('an unclosed item costs only itself', (t) => {
  const open = '<property><id>2</id><price>5';
  const document =
    `<root><property><id>1</id></property>${open}<property><id>3</id></property><property><id>4</id></property>` +
    '</root>';
  const { items, texts, end } = split(document, ['root/property'], [9]);
  t.deepEqual(texts, [
    '<property><id>1</id></property>',
    open,
    '<property><id>3</id></property>',
    '<property><id>4</id></property>',
  ]);
  t.deepEqual(
    items.map((item) => item.problem),
    [undefined, 'unclosed', undefined, undefined],
  );
  t.true(end.complete);
  const typo = split('<root><property>1</propertty><property>2</property></root>', ['root/property']);
  t.deepEqual(typo.texts, ['<property>1</propertty>', '<property>2</property>']);
});

test('wrong close tags inside an item do not reach the next one', (t) => {
  const { texts } = split('<root><p><a><b></a></p><p>2</b></p><p>3</p></root>', ['root/p'], [4]);
  t.deepEqual(texts, ['<p><a><b></a></p>', '<p>2</b></p>', '<p>3</p>']);
});

test('an item above the limit is reported with its beginning and passed over', (t) => {
  const long = `<p><id>1</id><d>${'x'.repeat(5000)}</d></p>`;
  const { items, end } = split(`<root>${long}<p>2</p></root>`, ['root/p'], [100], 1000);
  t.deepEqual(
    items.map((item) => item.problem),
    ['too-large', undefined],
  );
  t.true(items[0]?.bytes.toString().startsWith('<p><id>1</id>'));
  t.is(items[1]?.bytes.toString(), '<p>2</p>');
  t.true(end.complete);
  const section = split(`<root><p><![CDATA[${'x'.repeat(5000)}]]></p><p>2</p></root>`, ['root/p'], [100], 1000);
  t.deepEqual(
    section.items.map((item) => item.problem),
    ['too-large', undefined],
  );
});

test('a DOCTYPE that names a DTD is passed over, one that declares entities is refused', (t) => {
  const plain = '<!DOCTYPE propertyList SYSTEM "http://example.test/a>b.dtd"><propertyList><land/></propertyList>';
  t.is(split(plain, ['propertyList/land'], [3]).texts.length, 1);
  const bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r><i>&b;</i></r>';
  t.throws(() => split(bomb, ['r/i']), { code: 'entity-declarations' });
  t.throws(() => split('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><i>&x;</i></r>', ['r/i'], [7]), {
    code: 'entity-declarations',
  });
});

test("what stands around an item is known to it; a provider does not cling to the next one's items", (t) => {
  const document =
    '<o><u v="1"/><a><anid>A</anid><i>1</i><firma>F</firma><i>2</i></a><a><anid>B</anid><i>3</i></a></o>';
  const around = split(document, ['o/a/i'], [6]).items.map((item) => item.surroundings);
  t.deepEqual(
    around.map((one) => one.bytes.toString()),
    [
      '<o><u v="1"/><a><anid>A</anid>',
      '<o><u v="1"/><a><anid>A</anid><firma>F</firma>',
      '<o><u v="1"/><a><anid>B</anid>',
    ],
  );
  t.deepEqual(around[0]?.open, ['o', 'a']);
});

test('a stray < or a tag cut by another one is text to the splitter', (t) => {
  t.deepEqual(split('<r><i>5 < 6 <3 <></i><i>2</i></r>', ['r/i'], [2]).texts, ['<i>5 < 6 <3 <></i>', '<i>2</i>']);
  t.deepEqual(split('<r><i><a href="x<b>1</b></a></i><i>2</i></r>', ['r/i'], [2]).texts.length, 2);
});

// Well-formed, with repeated names and hidden tags.
const name = fc.constantFrom('item', 'items', 'it', 'a', 'r');
const safeText = fc.stringMatching(/^[ a-z0-9>"'\]é€-]{0,12}$/).filter((value) => !value.includes(']]>'));
const misleading = fc
  .constantFrom('</item>', '<item>', '<item', '</r>', '-->', ']]', '>', '"', "'", '<!--', '<![CDATA[')
  .chain((one) => safeText.map((two) => `${two}${one}`));
const attribute = fc
  .tuple(fc.constantFrom('x', 'y'), fc.stringMatching(/^[ a-z>/'!-]{0,8}$/))
  .map(([key, value]) => ` ${key}="${value}"`);
const leaf = fc.oneof(
  safeText,
  misleading.filter((value) => !value.includes(']]>')).map((value) => `<![CDATA[${value}]]>`),
  misleading.filter((value) => !value.includes('--')).map((value) => `<!-- ${value} -->`),
  // fast-xml-parser reads quotes in an instruction as those of attributes.
  misleading.filter((value) => !value.includes('?>') && !/["']/.test(value)).map((value) => `<?pi ${value} ?>`),
);
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(name, fc.option(attribute, { nil: '' }), tie('content'))
    .map(([tag, attributes, content]) =>
      content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`,
    ),
  content: fc
    .array(fc.oneof({ maxDepth: 4, depthIdentifier: 'xml' }, leaf, tie('element')), { maxLength: 5 })
    .map((parts) => parts.join('')),
}));
const wellFormed = fc
  .array(fc.oneof(element, leaf), { maxLength: 8 })
  .map((parts) => `<?xml version="1.0"?><r>${parts.join('')}</r><!-- end -->`);

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignorePiTags: true,
  ignoreDeclaration: true,
});

/** By a real parser: children `item` of the root. */
function parsedItems(document: string): unknown[] {
  const nodes = parser.parse(document) as Record<string, unknown>[];
  const root = nodes.find((node) => 'r' in node);
  return ((root?.['r'] ?? []) as Record<string, unknown>[]).filter((node) => 'item' in node);
}

test('items of any size come whole out of chunks of any size, with their offsets and what stands around them', (t) => {
  const parts = fc.array(
    fc.record({
      size: fc.integer({ min: 0, max: 60_000 }),
      form: fc.constantFrom('text', 'cdata', 'comment', 'attribute', 'next'),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      parts,
      fc.array(fc.integer({ min: 1000, max: 70_000 }), { minLength: 1, maxLength: 5 }),
      (items, chunks) => {
        const written = items.map(({ size, form }, i) => {
          const filler = `${'<a>é</a>'.repeat(Math.floor(size / 9))}${i}`;
          if (form === 'text') return `<item>${filler}</item>`;
          if (form === 'attribute') return `<item a="${filler.replaceAll('<', '&lt;')}"/>`;
          if (form === 'next') return `<other>${filler}</other>`;
          return form === 'cdata' ? `<item><![CDATA[${filler}]]></item>` : `<item><!-- </item>${filler} --></item>`;
        });
        const document = `<r>${written.join('\n')}</r>`;
        const { items: found, texts, end } = split(document, ['r/item'], chunks);
        t.deepEqual(
          texts,
          written.filter((one) => !one.startsWith('<other>')),
        );
        const bytes = Buffer.from(document);
        for (const item of found) t.is(bytes.indexOf(item.bytes, Math.max(0, item.offset - 1)), item.offset);
        t.deepEqual([end.complete, end.bytes], [true, bytes.length]);
      },
    ),
    { numRuns: 150 },
  );
});

test('for any well-formed document and any chunks it finds the items that fast-xml-parser finds in the whole', (t) => {
  fc.assert(
    fc.property(
      wellFormed,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      (document, chunks) => {
        const { items, texts, end } = split(document, ['r/item'], chunks);
        t.deepEqual(
          texts.flatMap((found) => parser.parse(found)),
          parsedItems(document),
        );
        t.true(end.complete);
        for (const item of items)
          t.is(
            Buffer.from(document)
              .subarray(item.offset, item.offset + item.bytes.length)
              .toString(),
            item.bytes.toString(),
          );
      },
    ),
    { numRuns: 1500 },
  );
});

test('a document that is cut anywhere is never complete, and its items are the first of the whole', (t) => {
  fc.assert(
    fc.property(wellFormed, fc.double({ min: 0, max: 0.999, noNaN: true }), (document, where) => {
      const bytes = Buffer.from(document);
      const rootEnd = Buffer.from(document.slice(0, document.lastIndexOf('</r>'))).length + 3;
      const cut = bytes.subarray(0, Math.floor(where * rootEnd));
      const { texts, end } = split(cut, ['r/item']);
      t.false(end.complete);
      t.deepEqual(texts, split(bytes, ['r/item']).texts.slice(0, texts.length));
    }),
    { numRuns: 500 },
  );
});
