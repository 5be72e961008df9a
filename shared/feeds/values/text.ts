/** Safe to store and show: no control characters, doubly escaped entities decoded, only harmless tags. */
import sanitizeHtml from 'sanitize-html';
import { decodeEntities } from '../xml/entities.ts';

const safeTags = [
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
/** As for a browser; `<` before a space or digit is text. */
const markup = /<[a-z!/?]/i;
const maxTags = 20_000;
/** C0 and C1 except tab and line feed, byte order marks, non-characters, bidirectional overrides. */
const controls = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f` +
    String.raw`\u200b\u2028-\u202e\u2060\ufeff\ufff9-\ufffb\ufffe\uffff]`,
  'g',
);

/** Also drops lone surrogates and U+FFFD; line ends and U+2028 become line feeds, no-break spaces spaces. */
export function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\ufffd', '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(controls, '')
    .replaceAll('\u00a0', ' ');
}

/** One line, white space collapsed. */
export function cleanLine(text: string): string {
  return withoutControls(text).replace(/\s+/gu, ' ').trim();
}

/** One line, no tags. */
export function cleanLabel(text: string): string {
  const decoded = decodeTwice(text);
  return cleanLine(markup.test(decoded) ? plainText(safeMarkup(decoded)) : decoded);
}

/** Harmless markup, else plain text with line breaks. Safe to insert into a page as is. */
export function cleanDescription(text: string): string {
  const decoded = withoutControls(decodeTwice(withoutControls(text)));
  if (!markup.test(decoded)) return tidyLines(decoded);
  const safe = tidyLines(safeMarkup(decoded));
  if (markup.test(safe)) return safe;
  const plain = decodeEntities(safe);
  return markup.test(plain) ? safe : plain;
}

/** As paragraphs, without empty ones. */
export function joinDescriptions(texts: readonly (string | undefined)[]): string {
  const parts = texts.map((text) => cleanDescription(text ?? '')).filter((text) => text !== '');
  return parts.join(parts.some((part) => markup.test(part)) ? '<br><br>' : '\n\n');
}

/** From a `cleanDescription`: breaks become line feeds, list items get a dash. */
export function plainText(description: string): string {
  if (!markup.test(description)) return description;
  const lines = description
    .replace(/\n\s+/g, '\n')
    .replace(/(?<!\s)[^\S\n]+\n/g, '\n')
    .replace(/\n/g, ' ')
    .replace(/<(?:br|hr)\s*\/?>/gi, '\n')
    .replace(/<li[^<>]*>/gi, '\n- ')
    .replace(/<\/t[dh]>/gi, ' ')
    .replace(/<\/(?:p|ul|ol|h\d|blockquote|table)>/gi, '\n\n')
    .replace(/<\/tr>/gi, '\n')
    .replace(/<[^<>]*>/g, '');
  return tidyLines(
    decodeEntities(lines)
      .split('\n')
      .map((line) => line.replace(/[ \t]+/g, ' ').trim())
      .join('\n'),
  );
}

/** `&amp;nbsp;` arrives from the parser as `&nbsp;`. */
function decodeTwice(text: string): string {
  return decodeEntities(decodeEntities(text));
}

function safeMarkup(html: string): string {
  if (hasTooManyTags(html)) return withoutTags(html);
  // The HTML parser may turn invalid references into controls.
  return withoutControls(
    sanitizeHtml(html, {
      allowedTags: safeTags,
      allowedAttributes: {},
      transformTags: { h1: 'h2', div: 'p' },
      nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'iframe', 'object', 'template'],
      exclusiveFilter: (frame) => frame.tag === 'p' && frame.text.trim() === '' && frame.mediaChildren.length === 0,
    }),
  );
}

function hasTooManyTags(html: string): boolean {
  let tags = 0;
  for (let at = html.indexOf('<'); at >= 0 && tags <= maxTags; at = html.indexOf('<', at + 1)) tags += 1;
  return tags > maxTags;
}

function withoutTags(html: string): string {
  return html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/<(?=[a-z!/?])/gi, '')
    .replace(/ {2,}/g, ' ')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function tidyLines(text: string): string {
  return text
    .replace(/\n[ \t]+/g, '\n')
    .replace(/(?<![ \t])[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
