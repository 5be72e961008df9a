/** An item of a delta, completed by what is known of its listing: what it leaves out stays. Pure. */

import type { MappedItem } from './feed-format.ts';

/** A price without a currency is in that of its listing; the usual one is for listings that have none. */
export function withKnownCurrency(mapped: MappedItem, known: string | undefined): MappedItem {
  if (!mapped.currencyIsUsual || !known) return mapped;
  const values = mapped.values.currency === undefined ? mapped.values : { ...mapped.values, currency: known };
  return { ...mapped, values, warnings: mapped.warnings.filter(({ code }) => code !== 'missing-currency') };
}
