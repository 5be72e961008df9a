import { Types } from 'mongoose';
import { Contact } from '../models/contact.ts';
import { Event } from '../models/event.ts';
import { KeptRequest } from '../models/kept-request.ts';
import { idSpellings, storedId, storedText } from '../models/stored-value.ts';
import { UsageError } from '../platform/errors.ts';
import { takeBelongings } from './take-away.ts';
import { kindNamed } from './trash-kinds.ts';

export interface Erased {
  readonly contactId: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly locationId: string | undefined;
  /** By collection; in a dry run, what would be deleted. `referencesCleared`: records that stay. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * For what is deleted, see README. The contact goes last, so that the same request completes after a kill.
 *
 * @throws {UsageError} no such contact
 */
export async function eraseContact(
  id: string,
  { dryRun, now }: { readonly dryRun: boolean; readonly now: Date },
): Promise<Erased> {
  const kind = kindNamed('contacts');
  const contact = Types.ObjectId.isValid(id) ? await Contact.collection.findOne({ _id: new Types.ObjectId(id) }) : null;
  if (!contact || !kind) throw new UsageError(`No contact has the id ${id}`);
  const counts: Record<string, number> = {};
  const count = (name: string, by: number) => void (counts[name] = (counts[name] ?? 0) + by);
  const locationId = storedId(contact['locationId']);
  // From now on nothing more is stored for them.
  if (!dryRun) await Contact.collection.updateOne({ _id: contact._id }, { $set: { deletedAt: now } });
  // Nothing is held for a restore; the trash is included.
  const batch = { locationId, cutoff: new Date(0), dryRun, counted: new Set<string>(), count, hold: undefined };
  await takeBelongings(kind, [contact._id], batch);
  const spellings = idSpellings(contact._id);
  for (const [name, collection, filter] of [
    ['keptRequests', KeptRequest.collection, { contactId: { $in: spellings } }],
    ['events', Event.collection, { 'metadata.contactId': { $in: spellings } }],
    ['contacts', Contact.collection, { _id: contact._id }],
  ] as const) {
    const gone = dryRun
      ? await collection.countDocuments(filter as never)
      : (await collection.deleteMany(filter as never)).deletedCount;
    count(name, gone);
  }
  return {
    contactId: id,
    name: storedText(contact['name']),
    email: storedText(contact['email']),
    locationId: locationId?.toHexString(),
    counts,
  };
}
