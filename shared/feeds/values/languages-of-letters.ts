/**
 * The language of a text by its letters: by its script where one language has it, by the letters that only one of
 * several has.
 */

import { beginningOf, maxProseLength } from './bounded.ts';

const scripts: readonly (readonly [script: RegExp, languages: readonly string[]])[] = [
  [/\p{Script=Cyrillic}/gu, ['ru', 'uk', 'bg', 'sr', 'be', 'mk', 'kk']],
  [/\p{Script=Greek}/gu, ['el']],
  [/\p{Script=Hebrew}/gu, ['he']],
  [/\p{Script=Arabic}/gu, ['ar', 'fa']],
  [/\p{Script=Thai}/gu, ['th']],
  [/\p{Script=Han}/gu, ['zh', 'ja', 'ko']],
];
/** Long enough that a Russian text has one of its own letters. */
const longTextLength = 100;

/** Languages that are not written in Latin letters; Serbian and Kazakh are in both. */
export const notInLatin: ReadonlySet<string> = new Set(
  scripts.flatMap(([, languages]) => languages).filter((language) => !['sr', 'kk'].includes(language)),
);

/** Whether most letters of a text are Latin. */
export function isLatin(text: string): boolean {
  const shown = beginningOf(text, maxProseLength);
  return count(shown, /\p{Script=Latin}/gu) > count(shown, /\p{L}/gu) * 0.5;
}

/** What the letters of a text tell. */
export interface Lettered {
  /** The language whose letters they are; `undefined` where they are those that several share. */
  readonly told: string | undefined;
  /**
   * The language to take: the one told, else the usual one when it is written so, else the most frequent of the script.
   */
  readonly likely: string;
}

/** Reads the letters of a text that is not in Latin ones; `undefined` for others. */
export function languageOfLetters(text: string, usual = ''): Lettered | undefined {
  const shown = beginningOf(text, maxProseLength);
  const letters = count(shown, /\p{L}/gu);
  for (const [script, languages] of scripts) {
    const own = count(shown, script);
    if (own <= letters * 0.5) continue;
    const [first = ''] = languages;
    const shared = languages.includes(usual) ? usual : first;
    const told = first === 'ru' ? cyrillic(shown, usual, own) : first === 'ar' ? arabic(shown) : shared;
    return { told, likely: told ?? shared };
  }
  return undefined;
}

/** A name of another language in the text changes nothing: of the letters that tell the more frequent ones count. */
function cyrillic(text: string, usual: string, length: number): string | undefined {
  const [belarusian, ukrainian, russian] = [
    count(text, /ў/giu),
    count(text, /[ґєїі]/giu),
    count(text, /[ыэё]|ъ[ея]/giu),
  ];
  if (belarusian > 0 && ukrainian > 0) return 'be';
  if (count(text, /[әғқңұү]/giu) > 1) return 'kk';
  const [serbian, macedonian, either] = [count(text, /[ћђ]/giu), count(text, /[ќѓѕ]/giu), count(text, /[јљњџ]/giu)];
  const south = macedonian > serbian || (macedonian === serbian && usual === 'mk') ? 'mk' : 'sr';
  // In Russian the hard sign stands before these vowels only, and Ukrainian has none; few long texts are without ы
  // or э.
  const bulgarian =
    count(text, /ъ(?![еёюя])/giu) + (length >= longTextLength && russian === 0 ? count(text, /ъ/giu) : 0);
  const scores: readonly (readonly [string, number])[] = [
    ['ru', russian],
    [usual === 'be' || usual === 'kk' ? usual : 'uk', ukrainian],
    [south, serbian + macedonian + either],
    ['bg', bulgarian],
  ];
  const [best] = [...scores].sort(([, one], [, other]) => other - one);
  return best !== undefined && best[1] > 0 ? best[0] : undefined;
}

function arabic(text: string): string | undefined {
  const [persian, persianForms, arabicOnly, arabicForms] = [
    count(text, /[پچژگ]/gu),
    count(text, /[کی]/gu),
    count(text, /ة/gu),
    count(text, /[كيىأإ]/gu),
  ];
  if (persian > arabicOnly || (persianForms > 0 && arabicOnly + arabicForms === 0)) return 'fa';
  return arabicOnly + arabicForms > 0 && persian + persianForms === 0 ? 'ar' : undefined;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
