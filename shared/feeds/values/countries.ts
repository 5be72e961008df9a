import codes from 'i18n-iso-countries/codes.json' with { type: 'json' };
import { wordKey, wordTable } from './words.ts';

const nameLanguages = 'en de es fr it pt nl ru el pl sv da nb fi cs tr uk bg ro hu ca hr sk sl et lv lt he ar zh'.split(
  ' ',
);
const usualNames = wordTable<string>({
  GB: 'uk, great britain, england, scotland, wales, northern ireland',
  US: 'usa, united states of america, u s a, estados unidos',
  NL: 'holland, the netherlands',
  AE: 'uae',
  RU: 'russian federation, российская федерация, рф',
  CZ: 'czech republic',
  MK: 'macedonia',
  CY: 'north cyprus',
  DE: 'bundesrepublik',
  IE: 'republic of ireland, eire',
  DO: 'republica dominicana',
  TR: 'turkey',
  AU: 'aus',
  ES: 'islas canarias, canary islands, espanha',
});
const byAlpha3: ReadonlyMap<string, string> = new Map(codes.map(([alpha2 = '', alpha3 = '']) => [alpha3, alpha2]));
const alpha2: ReadonlySet<string> = new Set(byAlpha3.values());

let names: Map<string, string> | undefined;

/**
 * `DEU`, `es`, `España`, `UK`, `Российская Федерация`.
 * @returns ISO 3166-1 alpha-2, or null.
 */
export function parseCountry(word: string): string | null {
  const code = word.trim().toUpperCase();
  if (code.length === 2 && alpha2.has(code)) return code;
  const alpha3 = byAlpha3.get(code);
  if (alpha3 !== undefined) return alpha3;
  const key = wordKey(word);
  return usualNames.get(key) ?? countryNames().get(key) ?? null;
}

function countryNames(): Map<string, string> {
  if (names !== undefined) return names;
  names = new Map();
  for (const language of nameLanguages) {
    const display = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const code of alpha2) {
      const name = display.of(code);
      if (name !== undefined && !names.has(wordKey(name))) names.set(wordKey(name), code);
    }
  }
  return names;
}
