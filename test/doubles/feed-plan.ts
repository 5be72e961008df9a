import type { Item, Row } from '../../shared/feeds/plan/facts.ts';
import type { Seen, Stored } from '../../shared/feeds/plan/identity.ts';

const allTold = 0b11_1111;

/** Without an id, its reference stands in. */
export function item(given: Partial<Item> & { readonly status?: Row['status'] } = {}): Item {
  const { status, ...fields } = given;
  const { reference, scope = '' } = fields;
  const byReference = fields.id === undefined && reference !== undefined;
  const isOffMarket = status !== undefined && status !== 'ACTIVE';
  return {
    at: 0,
    offset: 0,
    id: byReference ? `${scope}${reference}` : 'k1',
    byReference,
    scope: fields.id?.slice(0, fields.id.lastIndexOf('/') + 1) ?? '',
    standIn: undefined,
    reference: undefined,
    city: undefined,
    type: undefined,
    goal: undefined,
    place: undefined,
    told: allTold,
    removes: false,
    withdraws: fields.removes === true || status === 'WITHDRAWN',
    leaves: fields.removes === true || (isOffMarket && status !== 'RESERVED'),
    isOffMarket,
    hash: 'as stored',
    modifiedAt: undefined,
    ...fields,
  };
}

export type GivenRow = Partial<Omit<Row, 'nameable'>> & Row['nameable'];

export function row({ city, type, ...given }: GivenRow = {}): Row {
  const { id = 'k1', reference, hasFeedsReference = true } = given;
  const nameable: { reference?: string; city?: string; type?: string } = {};
  if (reference !== undefined && hasFeedsReference) nameable.reference = reference.toLowerCase();
  if (city !== undefined) nameable.city = city;
  if (type !== undefined) nameable.type = type;
  return {
    key: `key of ${id}`,
    id,
    hasFeedsReference,
    nameable,
    goal: undefined,
    place: undefined,
    told: allTold,
    status: 'ACTIVE',
    isStatusLocked: false,
    isTrashed: false,
    wasPresent: true,
    hash: 'as stored',
    modifiedAt: undefined,
    missingSince: undefined,
    heldSince: undefined,
    wasWithdrawn: false,
    ...given,
    reference,
  };
}

export function rows(count: number, more: (n: number) => GivenRow = () => ({})): readonly Row[] {
  return Array.from({ length: count }, (_, i) => row({ id: `k${i + 1}`, reference: `R-${i + 1}`, ...more(i + 1) }));
}

export function feedOf(...items: readonly Item[]): readonly Item[] {
  return items.map((one, at) => ({ ...one, at, offset: 100 * at }));
}

export function storedOf(rows: readonly Row[], gone: readonly Row[] = rows): Stored {
  const ids = new Map(rows.map((one) => [one.id, one]));
  const references = Map.groupBy(rows, ({ reference }) => reference);
  return { byId: (id) => ids.get(id), byReference: (reference) => references.get(reference) ?? [], gone };
}

export function seenOf(given: Partial<Seen> = {}): Seen {
  return {
    isWhole: true,
    isCut: false,
    unchangedAt: () => undefined,
    isRefused: () => false,
    isFirstImport: false,
    unchanged: 0,
    presentBefore: 0,
    isMigrating: false,
    isMigrationHeld: false,
    ...given,
  };
}
