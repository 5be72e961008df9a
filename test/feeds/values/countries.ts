import test from 'ava';
import { parseCountry } from '../../../shared/feeds/values/countries.ts';

test('codes of two and three letters and names in any language become ISO 3166-1', (t) => {
  const expected: Readonly<Record<string, string>> = {
    ES: 'ES',
    es: 'ES',
    DEU: 'DE',
    AUT: 'AT',
    Spain: 'ES',
    España: 'ES',
    Österreich: 'AT',
    AUSTRALIA: 'AU',
    AUS: 'AU',
    Россия: 'RU',
    UK: 'GB',
    'United Kingdom': 'GB',
    Brasil: 'BR',
    'United States': 'US',
    Κύπρος: 'CY',
    Italia: 'IT',
    Deutschland: 'DE',
    Česko: 'CZ',
  };
  for (const [word, code] of Object.entries(expected)) t.is(parseCountry(word), code, word);
});

test('an unknown country is null', (t) => {
  for (const word of ['', 'XX', 'Costa Blanca', 'IT,AT,DE...']) t.is(parseCountry(word), null, word);
});
