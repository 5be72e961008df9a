import test from 'ava';
import { parseBeginning, parseSurroundings } from '../../../shared/feeds/xml/parse-beginning.ts';

test('the beginning of a document can be read however it is cut', (t) => {
  const document = '<?xml version="1.0"?><!DOCTYPE r SYSTEM "x"><r v="1"><h><a>1</a></h><i><b>2</b></i></r>';
  for (let length = 0; length <= document.length; length++) {
    const root = parseBeginning(Buffer.from(document.slice(0, length)));
    if (root) t.is(root.name, 'r');
    else t.true(length < document.indexOf('<h>'));
  }
  t.is(parseBeginning(Buffer.from('no xml')), undefined);
});

test('elements nested too deep are left out, those around them are read', (t) => {
  const deep = `${'<a>'.repeat(70)}x${'</a>'.repeat(70)}`;
  const root = parseBeginning(Buffer.from(`<r><i><b>1</b></i><i>${deep}</i><i><b>2</b></i></r>`));
  t.deepEqual(
    root?.children.map(({ children }) => children[0]?.text),
    ['1', '', '2'],
  );
  t.is(parseBeginning(Buffer.from(`<r><i><b>1</b></i>${'<a>'.repeat(70)}`))?.children[0]?.children[0]?.text, '1');
});

test('the elements around an item are read as far as they are known', (t) => {
  const elements = ['<x:feed v="1">', '<agency name="A">'].map((written) => Buffer.from(written));
  const around = parseSurroundings({ open: ['x:feed', 'agency', 'list'], elements, bytes: Buffer.concat(elements) });
  t.deepEqual(
    around.map(({ name, attributes }) => ({ name, attributes })),
    [
      { name: 'feed', attributes: { v: '1' } },
      { name: 'agency', attributes: { name: 'A' } },
    ],
  );
  t.deepEqual(parseSurroundings(undefined), []);
});
