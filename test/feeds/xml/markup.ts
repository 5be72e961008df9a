import test from 'ava';
import { markupOf } from '../../../shared/feeds/xml/markup.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';

const markup = (inner: string): string => markupOf(parseItem(Buffer.from(`<en>${inner}</en>`)).element);

test('an element’s own text stays as it is, elements in it become HTML', (t) => {
  for (const [inner, expected] of [
    ['A large house', 'A large house'],
    ['Fish &amp; chips', 'Fish & chips'],
    ['<![CDATA[A <b>large</b> house]]>', 'A <b>large</b> house'],
    ['A <b>large</b> house', 'A <b>large</b> house'],
    ['A<br/>house', 'A<br>house'],
    ['<p>1 &lt; 2 &amp; 3</p>', '<p>1 &lt; 2 &amp; 3</p>'],
    ['', ''],
  ] as const)
    t.is(markup(inner), expected, inner);
});
