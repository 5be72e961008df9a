import test from 'ava';
import fc from 'fast-check';
import { decodeEntities } from '../../../shared/feeds/xml/entities.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';
import { textAt, textsAt, type XmlElement } from '../../../shared/feeds/xml/xml-element.ts';

const parse = (xml: string): XmlElement => parseItem(Buffer.from(xml)).element;

test('names lose their prefix, attributes and order stay, nothing is converted', (t) => {
  const item = parse(
    '<g:p xmlns:g="x" g:id="007"><a>00123</a><b>1e5</b><a x=\'1\' y="&amp;&quot;">08001</a><c/></g:p>',
  );
  t.deepEqual([item.name, item.attributes['id'], item.attributes['xmlns']], ['p', '007', undefined]);
  t.deepEqual(textsAt(item, 'a'), ['00123', '08001']);
  t.deepEqual(
    item.children.map(({ name }) => name),
    ['a', 'b', 'a', 'c'],
  );
  t.is(textAt(item, 'a/@y'), '&"');
  t.is(textAt(item, 'c'), '');
  t.is(textAt(item, 'd'), undefined);
});

test('CDATA is kept as it is, text is decoded, both are joined', (t) => {
  t.is(parse('<p>a &lt;b&gt; <![CDATA[<i>&amp;</i>]]> c</p>').text, 'a <b> <i>&amp;</i> c');
  t.is(parse('<p><![CDATA[a]]]]><![CDATA[>b]]></p>').text, 'a]]>b');
});

test('text and elements that are mixed keep their order', (t) => {
  const item = parse('<p>one <b>two</b> three</p>');
  t.is(item.text, 'one  three');
  t.deepEqual(
    item.mixed?.map((part) => (typeof part === 'string' ? part : part.name)),
    ['one ', 'b', ' three'],
  );
  t.is(parse('<p>\n <a/>\n</p>').mixed, undefined);
});

test('named and numbered references are decoded once; bare ampersands stay and are pointed out', (t) => {
  t.is(
    parse('<p>&eacute;&ntilde;&euro;&nbsp;&#233;&#xE9;&#x1F3E0;&#150;&#0;&#99999999;</p>').text,
    'éñ€\u00a0éé🏠–&#99999999;',
  );
  t.is(parse('<p>&amp;nbsp;&amp;amp;</p>').text, '&nbsp;&amp;');
  const bare = parseItem(Buffer.from('<p><a>Bed & breakfast</a><b u="x?a=1&b=2">A&B; &unknown;</b></p>'));
  t.is(textAt(bare.element, 'a'), 'Bed & breakfast');
  t.is(textAt(bare.element, 'b'), 'A&B; &unknown;');
  t.is(textAt(bare.element, 'b/@u'), 'x?a=1&b=2');
  t.deepEqual(
    bare.warnings.map(({ code }) => code),
    ['bare-ampersand'],
  );
  t.deepEqual(parseItem(Buffer.from('<p><![CDATA[a & b]]>&amp;</p>')).warnings, []);
});

test('a bare < is text and swallows nothing', (t) => {
  for (const written of [
    'size < 5 m',
    'size <5 m',
    'size < 5 m and > 3 m',
    'Price<100k',
    'room <= 5 <3',
    'a << b',
    'end <',
    'a </ b',
    'a <! b',
    '<<<',
  ]) {
    const { element, warnings } = parseItem(
      Buffer.from(`<p><d><en>${written}</en><es><![CDATA[<b>x < y</b>]]><!-- < 1 --></es></d><e>4</e></p>`),
    );
    t.deepEqual(
      [textAt(element, 'd/en'), textAt(element, 'd/es'), textAt(element, 'e')],
      [written.trim(), '<b>x < y</b>', '4'],
    );
    t.deepEqual(
      warnings.map(({ code }) => code),
      ['bare-less-than'],
    );
  }
  t.deepEqual(parseItem(Buffer.from('<p>&lt; <![CDATA[a < b]]><!-- < --></p>')).warnings, []);
  t.is(textAt(parseBeginning(Buffer.from('<r><p><a>A < B</a><b>4</b></p><p><a>5')) as XmlElement, 'p/b'), '4');
  t.throws(
    () => parse('<p><a>rooms <many</a><b>1</b></p>'),
    { code: 'malformed' },
    'what may be a tag is not guessed at',
  );
});

test('a <br> that no one closed is an empty element', (t) => {
  const item = parse('<p><d>one<br>two<hr class="x">three</d><e>4</e></p>');
  t.is(textAt(item, 'd'), 'onetwothree');
  t.is(textAt(item, 'e'), '4');
  t.is(textAt(parse('<p><br>3</br></p>'), 'br'), '3');
});

test('names such as constructor are read like any other', (t) => {
  const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
  for (const name of names) {
    const nested = parse(`<${name} ${name}="1"><a ${name}="2"/>text<n:${name}><b/>3</n:${name}><${name}/></${name}>`);
    t.deepEqual([nested.name, Object.entries(nested.attributes)], [name, [[name, '1']]]);
    t.deepEqual(
      nested.children.map((child) => [child.name, Object.entries(child.attributes), child.text]),
      [
        ['a', [[name, '2']], ''],
        [name, [], '3'],
        [name, [], ''],
      ],
    );
    t.is(Object.getPrototypeOf(nested.attributes), Object.prototype);
    t.is(textAt(nested, `a/@${name}`), '2');
    t.is(textAt(nested, `${name}/@${name}`), undefined);
    const beginning = parseBeginning(Buffer.from(`<r><${name} x="1"><${name}>2</${name}><c>`));
    t.is(textAt(beginning as XmlElement, `${name}/${name}`), '2');
    t.is(textAt(beginning as XmlElement, `${name}/c`), '');
  }
});

test('an entity that the item did not get from HTML is not expanded', (t) => {
  t.is(parse('<p>&bomb;&xxe;</p>').text, '&bomb;&xxe;');
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('&', '#', 'x', 'amp;', 'lt;', '1', '2', ';', 'é') }),
      (written) => decodeEntities(written).length <= written.length,
    ),
  );
});

test('control characters, NUL, lone surrogates and line separators leave the text', (t) => {
  t.is(parse('<p>a\u0001b\u0000c\u007fd\u2028e\r\nf\rg&#1;h&#xD800;i\ufffej</p>').text, 'abcd\ne\nf\nghij');
  t.is(parse('<p a="x\u0000y"/>').attributes['a'], 'xy');
  t.is(parse('<p>🏠</p>').text, '🏠');
});

test('a text that is too long refuses the item', (t) => {
  const limits = { maxDepth: 5, maxElements: 10, maxText: 100 };
  const item = Buffer.from(`<p><a>${'x'.repeat(101)}</a></p>`);
  t.throws(() => parseItem(item, undefined, limits), { code: 'text-too-long', message: /<a> is too long: 101/ });
});
