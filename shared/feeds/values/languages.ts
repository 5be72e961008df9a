import { wordTable, wordKey } from './words.ts';

const names = wordTable<string>({
  en: 'eng, english, inglés, ingles, englisch, anglais, inglese, английский, en us, en gb',
  es: 'spa, esp, spanish, español, castellano, spanisch, espagnol, spagnolo',
  de: 'deu, ger, german, deutsch, alemán, aleman, allemand, tedesco',
  fr: 'fra, fre, french, français, francés, frances, französisch, francese',
  it: 'ita, italian, italiano, italienisch, italien',
  nl: 'nld, dut, dutch, nederlands, holandés, vlaams',
  pt: 'por, portuguese, português, portugués',
  ru: 'rus, russian, русский, ruso',
  el: 'ell, gre, greek, ελληνικά, gr',
  sv: 'swe, swedish, svenska, sueco, se',
  nb: 'nor, nob, norwegian, norsk, noruego, no',
  da: 'dan, danish, dansk, danés, dk',
  fi: 'fin, finnish, suomi, finlandés',
  pl: 'pol, polish, polski, polaco',
  cs: 'ces, cze, czech, čeština, cz',
  ca: 'cat, catalan, català, catalán',
  uk: 'ukr, ukrainian, українська',
  bg: 'bul, bulgarian, български',
  ro: 'ron, rum, romanian, română',
  hu: 'hun, hungarian, magyar',
  tr: 'tur, turkish, türkçe',
  zh: 'zho, chi, chinese, 中文, cn, zh cn, zh hans',
  ar: 'ara, arabic, العربية',
  he: 'heb, hebrew, עברית, iw',
  ja: 'jpn, japanese, 日本語, jp',
  ko: 'kor, korean, 한국어, kr',
  et: 'est, estonian, eesti, ee',
  lv: 'lav, latvian, latviešu',
  lt: 'lit, lithuanian, lietuvių',
  sk: 'slk, slo, slovak, slovenčina',
  sl: 'slv, slovenian, slovenščina, si',
  hr: 'hrv, croatian, hrvatski',
  sr: 'srp, serbian, srpski, српски',
  eu: 'eus, baq, basque, euskera, euskara',
  gl: 'glg, galician, galego, gallego',
  th: 'tha, thai',
  vi: 'vie, vietnamese',
  hi: 'hin, hindi',
  id: 'ind, indonesian',
});

/** `uk` is Ukrainian (`iso`) or English. */
export type LanguageDialect = 'iso' | 'uk-is-english';

const englishCountries: ReadonlySet<string> = new Set(['gb', 'us', 'au', 'ie']);

/**
 * `de-DE`, `eng`, `Español`, `gb`, `se`, `dk`, `cat`.
 * @returns ISO 639-1, or null.
 */
export function parseLanguage(word: string, dialect: LanguageDialect = 'iso'): string | null {
  const key = wordKey(word.replaceAll('_', '-'));
  if (key === '') return null;
  if (dialect === 'uk-is-english' && key === 'uk') return 'en';
  const named = names.get(key);
  if (named !== undefined) return named;
  if (englishCountries.has(key)) return 'en';
  const [primary = ''] = key.split(' ');
  if (primary !== key && /^[a-z]{2,3}$/.test(primary)) return parseLanguage(primary, dialect);
  return /^[a-z]{2}$/.test(key) && isLanguage(key) ? key : null;
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

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

function isLanguage(code: string): boolean {
  return languageNames.of(code) !== undefined;
}

const byCountry: ReadonlyMap<string, string> = new Map(
  (
    'AD ca, AE AU CA GB IE MT NZ US ZA en, AR CL CO CR DO EC ES MX PA PE UY es, AT CH DE LI de, BE NL nl, BG bg, ' +
    'BR PT pt, BY KZ RU ru, CN zh, CY GR el, CZ cs, DK da, EE et, FI fi, FR LU MC fr, HR hr, HU hu, IL he, IR fa, ' +
    'IT it, LT lt, LV lv, ME RS sr, MK mk, NO nb, PL pl, RO ro, SE sv, SI sl, SK sk, TR tr, UA uk'
  )
    .split(', ')
    .map((line) => line.split(' '))
    .flatMap((words) => words.slice(0, -1).map((country) => [country, words.at(-1) ?? ''] as const)),
);

/** Of most readers; `country` is ISO 3166-1 alpha-2. */
export function languageOfCountry(country: string | null | undefined): string | undefined {
  return country ? byCountry.get(country) : undefined;
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
