import { cutText } from '../../shared/events/cut-text.ts';
import { Location, type LocationDoc } from '../../shared/models/location.ts';
import { idKey, storedText } from '../../shared/models/stored-value.ts';

export type NameOf = (id: unknown) => string;

export type StoredRecord<T> = { readonly [name in keyof T]?: unknown };

export function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** UTF-16 units; a longer text is a mistake. */
const maxShown = 2_000;

/** A text for a page. */
export function shownText(value: unknown): string | undefined {
  const text = storedText(value);
  return text === undefined ? undefined : cutText(text, maxShown);
}

/** Names of locations. */
export async function readLocationNames(): Promise<NameOf> {
  const found = await Location.find({}, { name: 1 }).lean<StoredRecord<LocationDoc>[]>();
  const locations = new Map(found.map(({ _id, name }) => [idKey(_id), shownText(name)]));
  return (id) => locations.get(idKey(id)) ?? 'unknown location';
}
