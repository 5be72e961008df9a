import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { htmlToPlainText, stripTags } from '../../../shared/mail/content/html-text.ts';
import { sanitizeHtml } from '../../../shared/mail/content/sanitize-html.ts';
import { parseMessage } from '../../../shared/mail/content/parse-message.ts';
import { fetchedRaw } from '../../doubles/mail.ts';

test('of a dangerous page only what is safe to show remains', async (t) => {
  const raw = readFileSync(new URL('../../fixtures/mail/html-dangerous.eml', import.meta.url));
  const { html = '', text } = await parseMessage({ provider: 'gmail', email: 'a@b.example' }, fetchedRaw(raw));
  for (const bad of [
    'script',
    'onload',
    'onclick',
    'onerror',
    'javascript',
    'track.example',
    'evil.example',
    'svg',
    'iframe',
    'form',
    'input',
    'link',
    'position',
    'not text',
  ]) {
    t.false(html.includes(bad), bad);
  }
  for (const good of [
    'color:red',
    'https://photos.example/villa.jpg',
    'href="https://agency.example/?a=1&amp;b=2"',
    'noopener',
  ])
    t.true(html.includes(good), good);
  t.false(text.includes('preview text'));
  t.false(text.includes('not text'));
});

const removed = [
  '<img src="https://t.example/p.gif" width="1" height="1">',
  '<img src=https://t.example/p.gif height=0>',
  '<img src="https://t.example/p.gif" style="WIDTH: 1px; HEIGHT: 1px !important">',
  '<img src="https://t.example/p.gif" style="display : none">',
  '<img src="https://t.example/p.gif" style="opacity:0">',
  '<img src="https://t.example/p.gif" style="opacity:.00; width: 9px">',
  '<img src="https://t.example/p.gif" style="max-height:1px;overflow:hidden">',
  '<img src="https://t.example/p.gif" style="position:absolute;left:-9999px">',
  '<img src="https://t.example/p.gif" width="100%" height="1">',
  '<img src="https://t.example/p.gif" hidden>',
  '<div style="display:/**/none"><p><img src="https://t.example/p.gif"></p></div>',
  '<img src="//t.example/p.gif">',
  '<img src="data:text/html;base64,PHNjcmlwdD4=">',
  '<img src="javascript:alert(1)">',
  '<img srcset="https://t.example/p.gif 1x">',
  '<picture><source srcset="https://t.example/p.gif"></picture>',
  '<video poster="https://t.example/p.gif"></video>',
  '<p background="https://t.example/p.gif"></p>',
];
for (const html of removed) {
  test(`no address remains of ${html}`, (t) => {
    t.notRegex(sanitizeHtml(`${html}<p>text</p>`) ?? '', /t\.example|javascript|data:|<img/);
  });
}

test('pictures for people stay', (t) => {
  for (const html of [
    '<img src="cid:a" />',
    '<img src="https://p.example/a.jpg" />',
    '<img src="https://p.example/a.jpg" width="600" height="2" />',
    '<img src="data:image/png;base64,iVBORw0KGgo=" />',
  ]) {
    t.is(sanitizeHtml(html), html);
  }
});

test('a hidden preview is neither shown nor read', (t) => {
  const html =
    sanitizeHtml('<div style="display:none;max-height:0">preview</div><p style="opacity:0.9">Dear Anna</p>') ?? '';
  t.is(html, '<p>Dear Anna</p>');
});

test('styles keep colours and lose addresses', (t) => {
  t.is(
    sanitizeHtml(
      '<p style="color:#f00;background-image:url(http://x);background-color:url(http://x);' +
        'width:expression(alert(1));margin:0 auto">x</p>',
    ),
    '<p style="color:#f00;margin:0 auto">x</p>',
  );
});

test('nesting that no mailer writes is given up, and its words are kept', (t) => {
  const deep = `${'<b>'.repeat(300_000)}deep words`;
  t.is(sanitizeHtml(deep), undefined);
  t.is(stripTags(deep), 'deep words');
  t.truthy(sanitizeHtml('<table><tr><td>x'.repeat(900)));
  t.truthy(sanitizeHtml('<p><li>x'.repeat(20_000)));
});

test('nothing that runs gets through, whatever is put together', (t) => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '<a href=',
    'javascript:alert(1)',
    'java\tscript:x',
    '<img src=x onerror=',
    '<scr',
    'ipt>',
    '</script>',
    '<style>',
    '</style>',
    '<svg/onload=',
    '<math>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '&#106;avascript:',
    'x',
    ' ',
    '=',
    '<p style="',
    'url(',
    ')',
    '<iframe srcdoc=',
    '<b>',
    '</b>',
    '<noscript>',
    '</noscript>',
    '<title>',
    '<textarea>',
    '</textarea>',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const html = sanitizeHtml(pieces.join('')) ?? '';
      // An attack may remain as text, not as tag or attribute.
      for (const [tag] of html.matchAll(/<[^>]*>/g)) {
        const shown = tag.replace(/"[^"]*"/g, (value) => (/^"\s*(javascript|data:text)/i.test(value) ? value : '""'));
        if (/<\/?(script|style|svg|math|iframe|noscript|textarea|title)/i.test(shown)) return false;
        if (/\son\w+\s*=|=\s*["']?\s*(javascript|data:text)/i.test(shown)) return false;
      }
      return true;
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test('text of a page reads like the page', (t) => {
  t.is(
    htmlToPlainText(
      '<h1>Offer</h1><p>Dear <b>Anna</b>,<br>see <a href="https://x.example">this</a></p><ul><li>one</li>' +
        '<li>two</li></ul><blockquote>old</blockquote>',
    ),
    'Offer\n\nDear Anna,\nsee this\n\n * one\n * two\n\n> old',
  );
});

test('a drawing that no one closes hides nothing of what follows, a closed one goes', (t) => {
  t.is(sanitizeHtml('<p>one</p><svg width="1"><path d="M0"><p>two</p>'), '<p>one</p><p>two</p>');
  t.is(sanitizeHtml('<svg><text>no</text></svg><p>yes</p>'), '<p>yes</p>');
  t.is(sanitizeHtml('<svg/><p>yes</p>'), '<p>yes</p>');
  t.is(sanitizeHtml('<svg><svg><text>no</text></svg><p>yes</p>'), '<p>yes</p>');
  for (const tag of ['object data="x"', 'title', 'textarea', 'noscript', 'iframe src="x"'])
    t.is(sanitizeHtml(`<${tag}><p>yes</p>`), '<p>yes</p>');
  t.is(sanitizeHtml(`${'<svg '.repeat(100_000)}<p>yes</p>`), undefined);
});
