import { beginningOf, maxProseLength } from './bounded.ts';

const scripts: readonly (readonly [script: RegExp, languages: readonly string[]])[] = [
  [/\p{Script=Cyrillic}/gu, ['ru', 'uk', 'bg', 'sr', 'be', 'mk', 'kk']],
  [/\p{Script=Greek}/gu, ['el']],
  [/\p{Script=Hebrew}/gu, ['he']],
  [/\p{Script=Arabic}/gu, ['ar', 'fa']],
  [/\p{Script=Thai}/gu, ['th']],
  [/\p{Script=Han}/gu, ['zh', 'ja', 'ko']],
];
/** A longer Russian text has distinctive letters. */
const longTextLength = 100;

/** Serbian and Kazakh also use Latin letters. */
export const notInLatin: ReadonlySet<string> = new Set(
  scripts.flatMap(([, languages]) => languages).filter((language) => !['sr', 'kk'].includes(language)),
);

export function isLatin(text: string): boolean {
  const shown = beginningOf(text, maxProseLength);
  return count(shown, /\p{Script=Latin}/gu) > count(shown, /\p{L}/gu) * 0.5;
}

export interface Lettered {
  readonly told: string | undefined;
  readonly likely: string;
}

/** `undefined` for a Latin text. */
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

/** The most frequent letters win: foreign names do not matter. */
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
  // Russian has ъ only before these vowels, Ukrainian none; long Russian texts have ы or э.
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
