import test from 'ava';
import { checkTags, defaultItemLimits } from '../../../shared/feeds/xml/check-tags.ts';

const check = (xml: string, limits = defaultItemLimits) => checkTags(Buffer.from(xml), limits);

test('tags that do not match refuse the item and say where', (t) => {
  const broken: [string, RegExp][] = [
    ['<p><a></b></p>', /Expected <\/a>, got <\/b> at byte 6/],
    ['<p><a></p>', /Expected <\/a>, got <\/p>/],
    ['<p></p></p>', /Expected <\/>, got <\/p>/],
    ['<p><a href="x<b>y</b></a></p>', /Expected > after <a/],
    ['<p><a>', /ends without/],
    ['<p><![CDATA[x</p>', /ends without/],
  ];
  for (const [xml, message] of broken) t.throws(() => check(xml), { code: 'malformed', message }, xml);
});

test('an unclosed or bare mark in a readable item is reported', (t) => {
  const cases: [string, ReturnType<typeof checkTags>][] = [
    ['<p><a>1</a><b/></p>', { unclosed: false, bare: false }],
    ['<p>one<br>two<hr>three</p>', { unclosed: true, bare: false }],
    ['<p><br></br></p>', { unclosed: false, bare: false }],
    ['<p>1 < 2</p>', { unclosed: false, bare: true }],
  ];
  for (const [xml, told] of cases) t.deepEqual(check(xml), told, xml);
});

test('too deep and too many elements refuse the item, each with its own message', (t) => {
  const limits = { maxDepth: 5, maxElements: 10, maxText: 100 };
  t.throws(() => check(`${'<p>'.repeat(6)}${'</p>'.repeat(6)}`, limits), {
    code: 'too-deep',
    message: /more than 5 deep/,
  });
  t.throws(() => check(`<p>${'<i/>'.repeat(10)}</p>`, limits), {
    code: 'too-many-elements',
    message: /more than 10 elements/,
  });
  t.throws(() => check(`<p>${'<a>'.repeat(100_000)}</p>`), { code: 'too-deep' });
});
