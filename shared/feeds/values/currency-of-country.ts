/**
 * The currency that homes are priced in, by country (ISO 3166-1 alpha-2). Used only where a feed's settings or format
 * name the country.
 */

const euro = 'AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK'.split(' ');
const others: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AE: 'AED',
    AL: 'ALL',
    AR: 'ARS',
    AU: 'AUD',
    BR: 'BRL',
    BY: 'BYN',
    CA: 'CAD',
    CH: 'CHF',
    CL: 'CLP',
    CN: 'CNY',
    CO: 'COP',
    CR: 'CRC',
    CZ: 'CZK',
    DK: 'DKK',
    DO: 'DOP',
    FJ: 'FJD',
    GB: 'GBP',
    GE: 'GEL',
    HK: 'HKD',
    HU: 'HUF',
    ID: 'IDR',
    IL: 'ILS',
    IN: 'INR',
    JP: 'JPY',
    KZ: 'KZT',
    LI: 'CHF',
    MA: 'MAD',
    MX: 'MXN',
    MY: 'MYR',
    NO: 'NOK',
    NZ: 'NZD',
    PA: 'USD',
    PE: 'PEN',
    PH: 'PHP',
    PL: 'PLN',
    RO: 'RON',
    RS: 'RSD',
    RU: 'RUB',
    SA: 'SAR',
    SE: 'SEK',
    SG: 'SGD',
    TH: 'THB',
    TR: 'TRY',
    UA: 'UAH',
    US: 'USD',
    UY: 'UYU',
    VN: 'VND',
    ZA: 'ZAR',
  }),
);

/** `ES` is EUR, `AU` is AUD; `undefined` when not known here. */
export function currencyOfCountry(country: string | null | undefined): string | undefined {
  if (!country) return undefined;
  return euro.includes(country) ? 'EUR' : others.get(country);
}
