import test from 'ava';
import { elementsOn, readMappingPath, textsOn } from '../../../shared/feeds/formats/mapping-path.ts';
import type { MappingPath } from '../../../shared/feeds/formats/mapping-path.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';

const item = parseItem(
  Buffer.from(
    '<ad id="7"><a:price cur="EUR"><value>5</value></a:price><address><c name="city">Bray</c><c name="zip">A98</c>' +
      '</address><room><type>bath</type><n>2</n></room><room><type>bed</type><n>3</n></room><foto1>x</foto1>' +
      '<foto2>y</foto2><empty/></ad>',
  ),
).element;

const at = (text: string): readonly string[] => {
  const path = readMappingPath(text);
  if (typeof path === 'string') throw new Error(path);
  return textsOn(path, item);
};

test('paths lead to elements and attributes, prefixes aside', (t) => {
  t.deepEqual(at('@id'), ['7']);
  t.deepEqual(at('price/value'), ['5']);
  t.deepEqual(at('price/@cur'), ['EUR']);
  t.deepEqual(at('a:price/a:value'), ['5']);
  t.deepEqual(at('empty'), ['']);
  t.deepEqual(at('nothing'), []);
  t.deepEqual(at('nothing/@at'), []);
});

test('conditions, places and wild cards choose among elements', (t) => {
  t.deepEqual(at('address/c[@name=zip]'), ['A98']);
  t.deepEqual(at('address/c[@name="ZIP"]'), ['A98']);
  t.deepEqual(at('room[type=bed]/n'), ['3']);
  t.deepEqual(at('room[2]/n'), ['3']);
  t.deepEqual(at('foto*'), ['x', 'y']);
  t.deepEqual(at('address/*'), ['Bray', 'A98']);
  t.is(elementsOn(readMappingPath('.') as MappingPath, item)[0], item);
});

test('names that * numbers come in the order of their numbers', (t) => {
  const { element } = parseItem(
    Buffer.from(
      '<row PHOTO="z" PHOTO1="a" PHOTO10="c" PHOTO2="b"><pics><p10>f</p10><p2>e</p2><p1>d</p1><p1>d2</p1></pics>' +
        '<foto_2>h</foto_2><foto_1>g</foto_1><foto_b1>i</foto_b1></row>',
    ),
  );
  const on = (text: string): readonly string[] => textsOn(readMappingPath(text) as MappingPath, element);
  t.deepEqual(on('@PHOTO*'), ['z', 'a', 'b', 'c']);
  t.deepEqual(on('pics/*'), ['d', 'd2', 'e', 'f']);
  t.deepEqual(on('foto_*'), ['h', 'g', 'i'], 'other names stay as they come');
});

test('* stands for any characters in names of attributes and of conditions, too', (t) => {
  const { element } = parseItem(
    Buffer.from(
      '<row ID="1" PHOTO1="a" NOTE="x" PHOTO2="b" PHOTO10="c"><pic url1="d" url2="e"/><c kind-a="map">f</c><c>' +
        '<type2>map</type2></c></row>',
    ),
  );
  const on = (text: string): readonly string[] => textsOn(readMappingPath(text) as MappingPath, element);
  t.deepEqual(on('@PHOTO*'), ['a', 'b', 'c']);
  t.deepEqual(on('@*O*'), ['a', 'x', 'b', 'c']);
  t.deepEqual(on('pic/@url*'), ['d', 'e']);
  t.deepEqual(on('@photo*'), []);
  t.deepEqual(on('c[@kind-*=map]'), ['f']);
  t.is(on('c[type*=map]').length, 1);
  t.deepEqual(on('@toString'), []);
});

test('an invalid path is reported in words', (t) => {
  for (const [text, words] of [
    ['', /empty/],
    ['/a', /leading slash/],
    ['a//b', /empty step/],
    ['a/../b', /has \.\. after a name/],
    ['@a/b', /before its last step/],
    ['a[', /cannot be read/],
    ['a/@', /no attribute name/],
    ['a[x~y]', /conditions look like/],
  ] as const)
    t.regex(readMappingPath(text) as string, words, text);
});

test('elements that a condition with * numbers come in that order, too', (t) => {
  const { element } = parseItem(
    Buffer.from('<o><p n="photo1">a</p><p n="text">x</p><p n="photo10">c</p><p n="photo2">b</p></o>'),
  );
  const path = readMappingPath('p[@n=photo*]') as MappingPath;
  t.deepEqual(textsOn(path, element), ['a', 'b', 'c']);
});
