/**
 * Text out of feeds, safe to store and to show. Control characters go, entities that were escaped twice are decoded
 * (where a field may hold them), markup is cut down to a list of harmless tags or turned into plain text.
 */
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
/** Everything that a browser may take for markup. A bare `<` before a space or a digit is text. */
const markup = /<[a-z!/?]/i;
/** A text with more tags is a damaged page: it is kept without them. */
const maxTags = 20_000;
/** C0 and C1 controls but tab and line feed, byte order marks, non-characters, and bidirectional overrides. */
const controls = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f` +
    String.raw`\u200b\u2028-\u202e\u2060\ufeff\ufff9-\ufffb\ufffe\uffff]`,
  'g',
);

/**
 * Drops control characters, lone surrogates and U+FFFD, which stands for a character that was lost before; line ends
 * and U+2028 become line feeds, a no-break space a space.
 */
export function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\ufffd', '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(controls, '')
    .replaceAll('\u00a0', ' ');
}

/** A value of one line: controls out, white space collapsed, trimmed. */
export function cleanLine(text: string): string {
  return withoutControls(text).replace(/\s+/gu, ' ').trim();
}

/** A title or a name: one line, entities escaped twice decoded, tags out. */
export function cleanLabel(text: string): string {
  const decoded = decodeTwice(text);
  return cleanLine(markup.test(decoded) ? plainText(safeMarkup(decoded)) : decoded);
}

/**
 * A description: harmless markup where the feed had markup, else plain text with its line breaks. The result may be put
 * into a page as it is: outside of the listed tags it holds nothing that a browser takes for markup.
 */
export function cleanDescription(text: string): string {
  const decoded = withoutControls(decodeTwice(withoutControls(text)));
  if (!markup.test(decoded)) return tidyLines(decoded);
  const safe = tidyLines(safeMarkup(decoded));
  if (markup.test(safe)) return safe;
  const plain = decodeEntities(safe);
  return markup.test(plain) ? safe : plain;
}

/** Several texts as one description, in paragraphs; empty ones are left out. */
export function joinDescriptions(texts: readonly (string | undefined)[]): string {
  const parts = texts.map((text) => cleanDescription(text ?? '')).filter((text) => text !== '');
  return parts.join(parts.some((part) => markup.test(part)) ? '<br><br>' : '\n\n');
}

/**
 * The plain text of a description made by `cleanDescription`: breaks and paragraphs become line feeds, items get a
 * dash.
 */
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

/** Text whose entities were escaped a second (or third) time: `&amp;nbsp;` arrives from the parser as `&nbsp;`. */
function decodeTwice(text: string): string {
  return decodeEntities(decodeEntities(text));
}

function safeMarkup(html: string): string {
  if (hasTooManyTags(html)) return withoutTags(html);
  // What the parser of HTML makes of a reference that stands for no character goes, too.
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
