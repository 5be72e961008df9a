import test from 'ava';
import { languageOfCountry, parseLanguage, preferredText } from '../../../shared/feeds/values/languages.ts';

test('the codes and names of feeds become ISO 639-1', (t) => {
  const expected: Readonly<Record<string, string>> = {
    en: 'en',
    EN: 'en',
    gb: 'en',
    se: 'sv',
    sv: 'sv',
    cat: 'ca',
    ca: 'ca',
    dk: 'da',
    no: 'nb',
    'de-DE': 'de',
    de_AT: 'de',
    eng: 'en',
    Español: 'es',
    ger: 'de',
    swe: 'sv',
    noruego: 'nb',
    holandés: 'nl',
    Franzoesisch: 'fr',
    tedesco: 'de',
    Türkçe: 'tr',
    srpski: 'sr',
    английский: 'en',
    iw: 'he',
    'zh-Hans': 'zh',
    Ελληνικά: 'el',
    deutsch: 'de',
    cz: 'cs',
    gr: 'el',
    zh: 'zh',
    'pt-BR': 'pt',
    id: 'id',
  };
  for (const [word, code] of Object.entries(expected)) t.is(parseLanguage(word), code, word);
  for (const word of ['', 'xx', 'klingonish', '1']) t.is(parseLanguage(word), null, word);
});

test('uk is Ukrainian, or English where the feed means the country', (t) => {
  t.is(parseLanguage('uk'), 'uk');
  t.is(parseLanguage('uk', 'uk-is-english'), 'en');
});

test('the text is chosen by location, country, English, first', (t) => {
  const texts = { fr: 'F', es: 'E', en: 'N' };
  t.is(preferredText(texts, ['de', 'fr'], 'ES'), 'F');
  t.is(preferredText(texts, ['de'], 'ES'), 'E');
  t.is(preferredText(texts, ['de'], 'PL'), 'N');
  t.is(preferredText({ fr: 'F', es: 'E' }, ['de'], 'PL'), 'F');
  t.is(preferredText({}, ['de']), undefined);
});

test('a country has the language of most of its listings, or none', (t) => {
  for (const [country, language] of [
    ['ES', 'es'],
    ['CH', 'de'],
    ['NO', 'nb'],
    ['AE', 'en'],
    ['BY', 'ru'],
    ['IN', undefined],
    ['XX', undefined],
    [undefined, undefined],
  ] as const)
    t.is(languageOfCountry(country), language);
});
