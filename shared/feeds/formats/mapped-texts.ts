import { languageTold } from '../values/language-of-text.ts';
import { markupOf } from '../xml/markup.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import type { Rule } from './mapping.ts';
import { textsOn } from './mapping-path.ts';
import type { RuleValues } from './rule-values.ts';

/** Language `''`: unnamed. */
export type LanguageText = readonly [language: string, text: string];

/** The first text of each language; a text of unknown language only without others. */
export function mappedTexts(values: RuleValues, field: string, usualLanguage: string): LanguageText[] {
  const spoken = new Set<string>();
  const texts: LanguageText[] = [];
  const alternatives = values.rules(field).flatMap((rule) => alternativesOf(rule, values));
  for (const [at, found] of alternatives.entries()) {
    const wanted = found.filter(([language, text]) => {
      const told = language.toLowerCase() || (spoken.size > 0 ? languageTold(text, usualLanguage) : undefined);
      // An unknown language may be any.
      return told === undefined ? spoken.size === 0 : !spoken.has(told) && (language !== '' || !spoken.has(''));
    });
    texts.push(...wanted);
    if (at === alternatives.length - 1) break;
    for (const [language, text] of wanted)
      if (hasWords(text)) spoken.add(language.toLowerCase() || (languageTold(text, usualLanguage) ?? ''));
  }
  return texts;
}

/** Later paths are fallbacks, unless joined. */
function alternativesOf(rule: Rule, values: RuleValues): readonly (readonly LanguageText[])[] {
  const { each, paths, join, value } = rule;
  const broken = (text: string): string => (rule.lineBreak ? text.replaceAll(rule.lineBreak, '\n') : text);
  if (each !== undefined)
    return [
      values
        .elements(each)
        .map(
          (element) =>
            [
              languageOf(rule, element),
              broken(paths.flatMap((path) => textsOn(path, element, { textOf: markupOf })).join(join ?? '\n')),
            ] as const,
        ),
    ];
  const found = paths.map((path) =>
    values
      .spots(path, markupOf)
      .map(({ element, name, text }) => [languageOf(rule, element, name), broken(text)] as const),
  );
  if (value !== undefined && found.flat().length === 0)
    return [[[typeof rule.language === 'string' ? rule.language : '', broken(value)]]];
  return join === undefined ? found : [joined(found.flat(), join)];
}

function joined(parts: readonly LanguageText[], join: string): readonly LanguageText[] {
  const [first] = parts;
  if (first === undefined) return [];
  const texts = parts.map(([, text]) => text.trim()).filter(Boolean);
  return [[first[0], texts.join(join)]];
}

/** @param name of the attribute, if any */
function languageOf(rule: Rule, element: XmlElement, name = element.name): string {
  if (rule.language === undefined) return '';
  if (rule.language === 'name') return name;
  return typeof rule.language === 'string' ? rule.language : (textsOn(rule.language, element)[0] ?? '');
}

function hasWords(markup: string): boolean {
  return /[\p{L}\p{N}]/u.test(markup.replace(/<[^<>]*>/g, ''));
}
