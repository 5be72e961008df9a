/** For home prices, if settings or format name the country. */
import countryToCurrency from 'country-to-currency';

/** Homes are priced in dollars, contrary to the library. */
const inDollars: ReadonlySet<string> = new Set(['PA']);
const byCountry: Readonly<Record<string, string>> = countryToCurrency;

export function currencyOfCountry(country: string | null | undefined): string | undefined {
  if (!country) return undefined;
  return inDollars.has(country) ? 'USD' : Object.hasOwn(byCountry, country) ? byCountry[country] : undefined;
}
