import type { XmlElement } from '../xml/xml-element.ts';
import { elementsAt, textAt } from '../xml/xml-element.ts';
import { markupOf } from '../xml/markup.ts';

/** `''` if all are empty, `undefined` if none exists. */
export function firstText(item: XmlElement, ...paths: readonly string[]): string | undefined {
  let found: string | undefined;
  for (const path of paths) {
    const text = textAt(item, path);
    if (text !== undefined && text.trim() !== '') return text;
    found ??= text;
  }
  return found;
}

/** `desc/en`, `<description lang="en">`; plain `<desc>` has language `''`. */
export function textsByLanguage(
  item: XmlElement,
  ...paths: readonly string[]
): (readonly [language: string, text: string])[] {
  for (const path of paths) {
    const found = elementsAt(item, path).flatMap(languagesOf);
    if (found.length > 0) return found;
  }
  return [];
}

const languageName = /^[a-z]{2}(?:[-_][a-z]{2})?$|^cat$/i;
const languageAttributes = ['lang', 'language', 'idioma', 'sprache', 'locale'];

function languagesOf(element: XmlElement): (readonly [string, string])[] {
  const attribute = languageAttributes.map((name) => element.attributes[name]).find((value) => value !== undefined);
  if (attribute !== undefined) return [[attribute, markupOf(element)]];
  const named = element.children.length > 0 && element.children.every(({ name }) => languageName.test(name));
  if (named && element.children.some(({ name }) => !htmlNames.has(name.toLowerCase())))
    return element.children.map((child) => [child.name, markupOf(child)]);
  return [['', markupOf(element)]];
}

/** HTML, unless next to another language. */
const htmlNames: ReadonlySet<string> = new Set([
  'br',
  'hr',
  'li',
  'ol',
  'ul',
  'em',
  'td',
  'tr',
  'th',
  'dl',
  'dt',
  'dd',
  'tt',
]);
