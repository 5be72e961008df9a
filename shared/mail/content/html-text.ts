import { convert, type DomNode, type FormatCallback, type HtmlToTextOptions } from 'html-to-text';
import { cleanText } from './clean-text.ts';
import { maxHtmlLength } from './sanitize-html.ts';

/** Deeper ones get no mark: each costs a pass. */
const maxQuoteDepth = 8;

const quote: FormatCallback = (element, walk, builder) => {
  const mark = isDeep(element) ? '' : '> ';
  builder.openBlock({ leadingLineBreaks: 2, reservedLineLength: mark.length });
  walk(element.children, builder);
  builder.closeBlock({
    trailingLineBreaks: 2,
    blockTransform: (text) => (mark === '' ? text : text.replace(/^\n+/, '').trimEnd().replace(/^/gm, mark)),
  });
};

function isDeep(element: DomNode): boolean {
  let depth = 0;
  for (let above = element.parent; above && depth < maxQuoteDepth; above = above.parent)
    if (above.name === 'blockquote') depth += 1;
  return depth >= maxQuoteDepth;
}

const options: HtmlToTextOptions = {
  wordwrap: false,
  // Escaping lengthens HTML up to six times.
  limits: { maxInputLength: maxHtmlLength * 7, maxDepth: 1000, ellipsis: '' },
  formatters: { quote },
  selectors: [
    { selector: '[style*="display:none"]', format: 'skip' },
    { selector: 'img', format: 'skip' },
    { selector: 'blockquote', format: 'quote' },
    { selector: 'a', options: { ignoreHref: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/**
 * Quotations get `>`.
 *
 * @param html sanitised
 */
export function htmlToPlainText(html: string): string {
  return cleanText(convert(html, options))
    .replace(/\u00A0/g, ' ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** For HTML too broken to parse. */
export function stripTags(html: string): string {
  return cleanText(html.slice(0, maxHtmlLength).replace(/<[^<>]*>/g, ' '))
    .replace(/[ \t]+/g, ' ')
    .trim();
}
