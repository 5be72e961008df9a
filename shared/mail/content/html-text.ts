/** Plain text of an HTML body, as one would read it. Quotations get `>`, so that history can be told from news. */

import { convert, type HtmlToTextOptions } from 'html-to-text';
import { cleanText } from './clean-text.ts';
import { maxHtmlLength } from './sanitize-html.ts';

const options: HtmlToTextOptions = {
  wordwrap: false,
  // Escaping makes sanitised HTML up to six times longer.
  limits: { maxInputLength: maxHtmlLength * 7, maxDepth: 1000, ellipsis: '' },
  selectors: [
    // Preview texts that mailers hide.
    { selector: '[style*="display:none"]', format: 'skip' },
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { ignoreHref: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** @param html sanitised HTML */
export function htmlToPlainText(html: string): string {
  return cleanText(convert(html, options)).replace(/\u00A0/g, ' ').replace(/\n{3,}/g, '\n\n').trim();
}

/** The words of HTML that is too broken or too deep to be read as HTML. */
export function stripTags(html: string): string {
  return cleanText(html.slice(0, maxHtmlLength).replace(/<[^<>]*>/g, ' ')).replace(/[ \t]+/g, ' ').trim();
}
