/** A typo must not be taken for a run without work. */

import { Account } from '../shared/models/account.ts';
import { Contact } from '../shared/models/contact.ts';
import { Location } from '../shared/models/location.ts';
import { PropertyFeed } from '../shared/models/property-feed.ts';
import { idSpellings } from '../shared/models/stored-value.ts';
import { UsageError } from '../shared/platform/errors.ts';
import type { RunParameters } from '../shared/runs/run-context.ts';

const named = [
  { parameter: 'accountId', what: 'account', model: Account, alive: {}, lookUp: '--account-list' },
  { parameter: 'feedId', what: 'feed', model: PropertyFeed, alive: { deletedAt: null }, lookUp: '--feed-list' },
  { parameter: 'locationId', what: 'location', model: Location, alive: {}, lookUp: '--location-list' },
  { parameter: 'contactId', what: 'contact', model: Contact, alive: {}, lookUp: undefined },
] as const;

export function namesRecords(parameters: RunParameters): boolean {
  return named.some(({ parameter }) => parameters[parameter] !== undefined);
}

/** @throws {UsageError} an unknown id */
export async function requireRecords(parameters: RunParameters): Promise<void> {
  for (const { parameter, what, model, alive, lookUp } of named) {
    const id = parameters[parameter];
    if (id === undefined) continue;
    const filter = { _id: { $in: idSpellings(id) }, ...alive };
    if (await model.collection.findOne(filter as never, { projection: { _id: 1 } })) continue;
    throw new UsageError(
      `There is no ${what} ` + `${id}${lookUp ? `: node adapter ${lookUp} shows the existing ones` : ''}`,
    );
  }
}
