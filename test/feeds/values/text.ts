import test from 'ava';
import fc from 'fast-check';
import sanitizeHtml from 'sanitize-html';
import {
  cleanDescription,
  cleanLabel,
  cleanLine,
  joinDescriptions,
  plainText,
  withoutControls,
} from '../../../shared/feeds/values/text.ts';

test('harmless markup stays, scripts and attributes go', (t) => {
  t.is(
    cleanDescription('<p onclick="x()">A <b style="color:red">large</b> house</p><script>alert(1)</script>'),
    '<p>A <b>large</b> house</p>',
  );
  t.is(cleanDescription('<img src=x onerror=alert(1)>Sea view'), 'Sea view');
  t.is(cleanDescription('<a href="javascript:x()">Call 0123</a><br/>now'), 'Call 0123<br />now');
  t.is(cleanDescription('<style>p{}</style><iframe src="//x"></iframe>Text'), 'Text');
});

test('plain text stays plain, bare ampersands and less-than signs included', (t) => {
  t.is(cleanDescription('House & garden, price < 500'), 'House & garden, price < 500');
  t.is(cleanDescription('One  \r\n   Two\n\n\n\nThree'), 'One\nTwo\n\nThree');
  t.is(cleanDescription('<font>Haus &amp; Garten</font>'), 'Haus & Garten');
});

test('entities that were escaped twice are decoded in descriptions and labels', (t) => {
  t.is(cleanDescription('Terrace&nbsp;&amp;amp; garden &eacute;'), 'Terrace & garden é');
  t.is(cleanDescription('&lt;p&gt;Text&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;'), '<p>Text</p>');
  t.is(cleanLabel('Bed &amp; Breakfast &euro;'), 'Bed & Breakfast €');
  t.is(cleanLabel('<b>Villa</b> with <i>pool</i>'), 'Villa with pool');
});

test('control characters, separators and lone surrogates are dropped from text', (t) => {
  t.is(cleanLine('A\u0001B\u0000C\u2028D\ud800E\ufeff F\u202eG'), 'ABC DE FG');
  t.is(cleanDescription('Line\u2028next\u0007'), 'Line\nnext');
  t.is(cleanDescription('<p>A cottage w&#x110000;ith a garden</p>'), '<p>A cottage with a garden</p>');
  t.is(cleanLine('tiny 🏠 house'), 'tiny 🏠 house');
});

test('the text version keeps breaks, paragraphs and lists', (t) => {
  t.is(plainText('<p>One<br />Two</p><ul><li>a</li><li>b &amp; c</li></ul>'), 'One\nTwo\n\n- a\n- b & c');
  t.is(plainText('no markup < here'), 'no markup < here');
});

test('texts are joined in paragraphs, with markup only when one has it', (t) => {
  t.is(joinDescriptions(['One', undefined, '', 'Two']), 'One\n\nTwo');
  t.is(joinDescriptions(['One', '<b>Two</b>']), 'One<br><br><b>Two</b>');
});

const pieces = fc.constantFrom(
  '<b>',
  '</b>',
  '<script>',
  '</script>',
  '<',
  '>',
  '&lt;',
  '&amp;lt;',
  '&amp;amp;lt;',
  'text',
  ' ',
  '"',
  "'",
  '<img src=x onerror=y>',
  '&#60;',
  '<!--',
  '-->',
  '<p>',
  '\u0000',
  '/',
  'svg',
  'onload=',
  '<![CDATA[',
  ']]>',
  '\ud800',
);

test('any cleaned text has only the allowed markup, and cleaning it again changes nothing', (t) => {
  const allowed = [
    'p',
    'br',
    'ul',
    'ol',
    'li',
    'strong',
    'b',
    'em',
    'i',
    'u',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'blockquote',
    'hr',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
  ];
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const cleaned = cleanDescription(parts.join(''));
      const tags = [...cleaned.matchAll(/<\/?([a-z][a-z\d]*)/gi)].map(([, name = '']) => name.toLowerCase());
      t.true(
        tags.every((name) => allowed.includes(name)),
        cleaned,
      );
      t.notRegex(cleaned, /<[a-z/][^>]*\son\w+=/i, cleaned);
      t.false(/<[!?]/.test(cleaned), cleaned);
      t.is(sanitizeHtml(plainText(cleaned).replaceAll('<', '&lt;'), { allowedTags: [] }).includes('<'), false);
      t.true(cleaned.isWellFormed());
    }),
    { numRuns: 500 },
  );
});

test('no replacement character is stored, whether we or someone before us lost the character', (t) => {
  t.is(withoutControls('vi\ufffdlla \ud800by the sea'), 'villa by the sea');
});

test('a text of more tags than any page has is kept without them', (t) => {
  const damaged = `<b>A house</b> ${'<b><i>'.repeat(20_000)}with a view<script>x</script> & a <pool`;
  const cleaned = cleanDescription(damaged);
  t.is(cleaned, 'A house with a view x & a pool');
  t.is(cleanDescription(cleaned), cleaned);
  t.is(cleanLabel(damaged), cleaned);
});
