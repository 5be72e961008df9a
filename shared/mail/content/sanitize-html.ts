/** Foreign HTML must not run, submit, load styles or track. */

import sanitize from 'sanitize-html';
import { cleanText, cutText } from './clean-text.ts';

/** Characters. */
export const maxHtmlLength = 1024 * 1024;

/** Parsers take quadratic time. Browsers flatten beyond 512. */
const maxDepth = 1000;
const maxListDepth = 20;

const maxStyleLength = 8192;

const plainValue = /^(?!.*(?:url|expression|image|image-set|element|var|attr)\s*\()[-\w\s#%.,()'"!/+]*$/i;

const styleProperties = [
  'background-color',
  'border',
  'border-bottom',
  'border-collapse',
  'border-color',
  'border-left',
  'border-radius',
  'border-right',
  'border-spacing',
  'border-style',
  'border-top',
  'border-width',
  'color',
  'direction',
  'font',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'height',
  'letter-spacing',
  'line-height',
  'list-style-type',
  'margin',
  'margin-bottom',
  'margin-left',
  'margin-right',
  'margin-top',
  'max-width',
  'min-width',
  'padding',
  'padding-bottom',
  'padding-left',
  'padding-right',
  'padding-top',
  'text-align',
  'text-decoration',
  'text-indent',
  'text-transform',
  'unicode-bidi',
  'vertical-align',
  'white-space',
  'width',
  'word-break',
  'word-wrap',
];

/** Not shown, unless unclosed. */
const otherContent = ['textarea', 'option', 'noscript', 'title', 'template', 'svg', 'math', 'iframe', 'object'];

const options: sanitize.IOptions = {
  allowedTags: [
    ...sanitize.defaults.allowedTags,
    'img',
    'font',
    'center',
    'del',
    'ins',
    'strike',
    'big',
    'tt',
    'caption',
    'col',
    'colgroup',
  ],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'align', 'valign', 'title'],
    a: ['href', 'name', 'target', 'rel'],
    img: ['src', 'alt', 'width', 'height'],
    font: ['color', 'face', 'size'],
    table: ['width', 'border', 'cellpadding', 'cellspacing', 'bgcolor'],
    td: ['width', 'height', 'colspan', 'rowspan', 'bgcolor', 'nowrap'],
    th: ['width', 'height', 'colspan', 'rowspan', 'bgcolor', 'nowrap', 'scope'],
    tr: ['bgcolor', 'height'],
    col: ['width', 'span'],
    colgroup: ['width', 'span'],
    ol: ['start', 'type'],
    li: ['value'],
  },
  allowedStyles: {
    '*': {
      ...Object.fromEntries(styleProperties.map((property) => [property, [plainValue]])),
      display: [/^(none|block|inline|inline-block|table|table-row|table-cell|list-item)$/i],
      visibility: [/^(hidden|visible)$/i],
    },
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel', 'sms'],
  allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'] },
  allowProtocolRelative: false,
  nonTextTags: ['script', 'style', ...otherContent],
  transformTags: {
    a: (tagName, attribs) => ({
      tagName,
      attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
    }),
    img: (tagName, attribs) => ({ tagName, attribs: isShown(attribs) ? attribs : {} }),
    '*': (tagName, { style, ...attribs }) => ({
      tagName,
      attribs: style === undefined || style.length > maxStyleLength ? attribs : { ...attribs, style },
    }),
  },
  // Hidden boxes hold previews and trackers, and still load.
  exclusiveFilter: ({ tag, attribs }) => (tag === 'img' ? !attribs['src'] : isHidden(attribs)),
};

/**
 * Cut at `maxHtmlLength` first.
 *
 * @returns `undefined` if empty, or too deep
 */
export function sanitizeHtml(html: string): string | undefined {
  const cut = cleanText(cutText(html, maxHtmlLength));
  if (nestsDeeperThan(cut, maxDepth)) return undefined;
  const safe = sanitize(withoutUnclosed(cut), options).trim();
  return safe === '' ? undefined : safe;
}

const otherContentTag = new RegExp(String.raw`<(/?)(${otherContent.join('|')})\b[^<>]*>`, 'gi');

/** Parsers would drop what follows. */
function withoutUnclosed(html: string): string {
  const open = new Map<string, { readonly start: number; readonly end: number }[]>();
  for (const { 0: tag, 1: slash, 2: name = '', index } of html.matchAll(otherContentTag)) {
    const unclosed = open.get(name.toLowerCase()) ?? [];
    if (slash !== '') unclosed.pop();
    else if (!tag.endsWith('/>')) unclosed.push({ start: index, end: index + tag.length });
    open.set(name.toLowerCase(), unclosed);
  }
  const cuts = [...open.values()].flat().sort((a, b) => a.start - b.start);
  if (cuts.length === 0) return html;
  const ends = [0, ...cuts.map(({ end }) => end)];
  return ends.map((from, index) => html.slice(from, cuts[index]?.start ?? html.length)).join('');
}

export function escapeHtml(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? '').replace(/\n/g, '<br />\n');
}

/** No tracking pixel. Images only. */
function isShown(attribs: sanitize.Attributes): boolean {
  const source = (attribs['src'] ?? '').trim();
  if (/^data:/i.test(source) && !/^data:image\/(png|gif|jpe?g|webp|bmp);base64,/i.test(source)) return false;
  if (source === '' || /^(cid|data):/i.test(source)) return source !== '';
  if (isHidden(attribs)) return false;
  const style = styleOf(attribs);
  const sizes = (['width', 'height'] as const)
    .map((name) => new RegExp(`(?:^|;)${name}:([\\d.]+)(?:px|pt)?(?:;|!|$)`).exec(style)?.[1] ?? attribs[name])
    .map((size) => (size === undefined || size.includes('%') ? undefined : Number.parseFloat(size)))
    .filter((size) => size !== undefined && !Number.isNaN(size)) as number[];
  return sizes.length === 0 || (sizes.every((size) => size > 1) && sizes.some((size) => size > 2));
}

const hidingDeclarations = [
  'display:none',
  'visibility:hidden',
  String.raw`opacity:(0?\.)?0+(\.0*)?%?(!|;|$)`,
  'max-(width|height):[01](px|pt)?(!|;|$)',
  String.raw`(left|right|top|text-indent):-\d{3,}`,
];
const hidingStyle = new RegExp(`(^|;)(${hidingDeclarations.join('|')})`);

function isHidden(attribs: sanitize.Attributes): boolean {
  if (attribs['hidden'] !== undefined) return true;
  return hidingStyle.test(styleOf(attribs));
}

function styleOf(attribs: sanitize.Attributes): string {
  return withoutComments((attribs['style'] ?? '').slice(0, maxStyleLength))
    .replace(/\s+/g, '')
    .toLowerCase();
}

function withoutComments(css: string): string {
  let kept = '';
  for (let from = 0; ;) {
    const begin = css.indexOf('/*', from);
    if (begin < 0) return kept + css.slice(from);
    kept += css.slice(from, begin);
    const end = css.indexOf('*/', begin + 2);
    if (end < 0) return kept;
    from = end + 2;
  }
}

const voidElements = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'param',
  'source',
  'track',
  'wbr',
]);
/** Unclosed, these do not nest. */
const impliedEnd = new Set(['p', 'li', 'dt', 'dd', 'option', 'tr', 'td', 'th', 'thead', 'tbody', 'tfoot']);

function nestsDeeperThan(html: string, maxDepth: number): boolean {
  const open: string[] = [];
  const counts = new Map<string, number>();
  for (const [, slash, tag] of html.matchAll(/<(\/?)([a-z][\w:-]*)/gi)) {
    const name = (tag as string).toLowerCase();
    if (voidElements.has(name) || impliedEnd.has(name)) continue;
    if (slash === '') {
      if (open.push(name) > maxDepth) return true;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if ((counts.get('ul') ?? 0) + (counts.get('ol') ?? 0) > maxListDepth) return true;
    } else if (counts.get(name)) {
      let closed: string | undefined;
      do {
        closed = open.pop() as string;
        counts.set(closed, (counts.get(closed) ?? 1) - 1);
      } while (closed !== name);
    }
  }
  return false;
}
