import { readCurrency } from '../models/currency.ts';
import { defaultCurrency, Location } from '../models/location.ts';
import { idKey, idSpellings } from '../models/stored-value.ts';
import { placeReader, type PlaceReader } from './places/read-places.ts';

export interface Market {
  /** ISO 4217, for prices without currency. */
  readonly currency: string;
  readonly places: PlaceReader;
}

export type Markets = (locationId: unknown) => Market;

export async function marketsOf(locationIds: readonly unknown[]): Promise<Markets> {
  const found = await Location.collection
    .find({ _id: { $in: idSpellings(...locationIds) } } as never, { projection: { currency: 1, placeNames: 1 } })
    .toArray();
  const markets = new Map(found.map(({ _id, currency, placeNames }) => [idKey(_id), marketOf(currency, placeNames)]));
  const usual = marketOf(undefined, undefined);
  return (locationId) => markets.get(idKey(locationId)) ?? usual;
}

function marketOf(currency: unknown, placeNames: unknown): Market {
  return { currency: readCurrency(currency, defaultCurrency), places: placeReader(placeNames) };
}
