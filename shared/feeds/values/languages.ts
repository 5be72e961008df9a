import { wordTable, wordKey } from './words.ts';

/** Beyond ISO 639, and names that Intl does not give. */
const usualWords = wordTable<string>({
  en: 'gb, us, au, ie',
  es: 'esp, castellano',
  nl: 'vlaams, holandés',
  el: 'gr',
  sv: 'se',
  nb: 'no, nor, norwegian, norsk, noruego',
  da: 'dk',
  fi: 'finlandés',
  sr: 'srpski',
  cs: 'cz',
  ca: 'cat',
  zh: 'cn',
  ja: 'jp',
  ko: 'kr',
  et: 'ee',
  sl: 'si',
});
const named = (
  'en es de fr it nl pt ru el sv nb da fi pl cs ca uk bg ro hu tr zh ar he ja ko et lv lt sk sl hr sr eu gl ' +
  'th vi hi id'
).split(' ');
/** Feeds name languages in these, or each in itself. */
const namedIn = ['en', 'es', 'de', 'fr', 'it', 'ru'];
let names: ReadonlyMap<string, string> | undefined;

function languageNames(): ReadonlyMap<string, string> {
  const nameOf = (code: string, language: string): string =>
    new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code;
  return (names ??= wordTable(
    Object.fromEntries(named.map((code) => [code, [...namedIn, code].map((one) => nameOf(code, one)).join()])),
  ));
}

/** `uk` is Ukrainian (`iso`) or English. */
export type LanguageDialect = 'iso' | 'uk-is-english';

/**
 * `de-DE`, `eng`, `Español`, `gb`, `se`, `dk`, `cat`.
 * @returns ISO 639-1, or null.
 */
export function parseLanguage(word: string, dialect: LanguageDialect = 'iso'): string | null {
  const key = wordKey(word.replaceAll('_', '-'));
  if (key === '') return null;
  if (dialect === 'uk-is-english' && key === 'uk') return 'en';
  const known = usualWords.get(key) ?? languageNames().get(key);
  if (known !== undefined) return known;
  const [primary = ''] = key.split(' ');
  if (primary !== key && /^[a-z]{2,3}$/.test(primary)) return parseLanguage(primary, dialect);
  if (!/^[a-z]{2,3}$/.test(key)) return null;
  const [code = ''] = Intl.getCanonicalLocales(key);
  return code.length === 2 && isLanguage(code) ? code : null;
}

/** `en-GB` from `en_gb`; else `undefined`. */
function languageTag(word: string): string | undefined {
  try {
    return /^[a-z]{2,3}[-_][a-z\d]{2,8}$/i.test(word.trim())
      ? Intl.getCanonicalLocales(word.trim().replace('_', '-'))[0]
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The first text of a language counts. Of `en` and `en-GB`, the latter keeps its tag.
 * @param tags by language
 */
export function addText(
  texts: Record<string, string>,
  tags: Map<string, string | undefined>,
  { language, word, text }: { language: string; word: string; text: string },
): void {
  const [tag, taken, before] = [languageTag(word), tags.get(language), texts[language]];
  if (before === undefined) {
    texts[language] = text;
    tags.set(language, tag);
  } else if (before === text) return;
  else if (tag !== undefined) texts[tag] ??= text;
  else if (taken !== undefined && word !== '') {
    texts[taken] = before;
    texts[language] = text;
    tags.delete(language);
  }
}

const inEnglish = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

function isLanguage(code: string): boolean {
  return inEnglish.of(code) !== undefined;
}

/** Elsewhere several languages are as likely. */
const oneLanguage: ReadonlySet<string> = new Set(
  (
    'AD AE AU CA GB IE MT NZ US ZA AR CL CO CR DO EC ES MX PA PE UY AT CH DE LI BE NL BG BR PT BY KZ RU CN CY GR CZ ' +
    'DK EE FI FR LU MC HR HU IL IR IT LT LV ME RS MK NO PL RO SE SI SK TR UA'
  ).split(' '),
);
const unlikeCldr: Readonly<Record<string, string>> = { AE: 'en', BY: 'ru', MT: 'en' };

/** Of most readers; `country` is ISO 3166-1 alpha-2. */
export function languageOfCountry(country: string | null | undefined): string | undefined {
  if (!country || !oneLanguage.has(country)) return undefined;
  return unlikeCldr[country] ?? new Intl.Locale(`und-${country}`).maximize().language;
}

/** The location's languages, then the country's, English, the feed's first. */
export function preferredText(
  texts: Readonly<Record<string, string>>,
  languages: readonly string[],
  country?: string | null,
): string | undefined {
  for (const language of [...languages, languageOfCountry(country), 'en']) {
    const text = language !== undefined && Object.hasOwn(texts, language) ? texts[language] : undefined;
    if (text !== undefined) return text;
  }
  return Object.values(texts)[0];
}
