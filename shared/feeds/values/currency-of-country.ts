/**
 * The currency that homes are priced in, by country (ISO 3166-1 alpha-2). Used only where a feed's settings or format
 * name the country.
 */
import countryToCurrency from 'country-to-currency';

/** Countries whose homes are not priced in what the library says is theirs. */
const inDollars: ReadonlySet<string> = new Set(['PA']);
const byCountry: Readonly<Record<string, string>> = countryToCurrency;

/** `ES` is EUR, `AU` is AUD; `undefined` when not known. */
export function currencyOfCountry(country: string | null | undefined): string | undefined {
  if (!country) return undefined;
  return inDollars.has(country) ? 'USD' : Object.hasOwn(byCountry, country) ? byCountry[country] : undefined;
}
