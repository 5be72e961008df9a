import { domainToUnicode } from 'node:url';
import type { Types } from 'mongoose';
import { findContactsByEmail, findContactsBySpelling } from '../../models/contact.ts';
import { addressKey, gmailSpellings, mailboxKey, untaggedKey } from '../content/addresses.ts';

/** Beyond this, mail is no conversation. */
const maxParticipants = 500;

export function isMailing(addresses: readonly string[]): boolean {
  return new Set(addresses).size > maxParticipants;
}

/**
 * An exact match wins; else `+tag` and Gmail's dots are ignored.
 *
 * @param addresses closest first
 * @param options.inTrash includes trashed contacts
 * @returns in address order; contacts may share an address
 */
export async function matchContacts(
  locationId: Types.ObjectId,
  addresses: readonly string[],
  options: { readonly inTrash?: boolean } = {},
): Promise<Types.ObjectId[]> {
  const wanted = [...new Set(addresses.filter((address) => address !== ''))].slice(0, maxParticipants);
  if (wanted.length === 0) return [];
  const keys = new Set(
    wanted.flatMap((address) =>
      [address, addressKey(address), untaggedKey(address)].flatMap((key) => [key, unicodeSpelling(key)]),
    ),
  );
  const contacts = await findContactsByEmail(locationId, [...keys], options)
    .select({ email: 1, emails: 1 })
    .lean();

  const byKey = groupByKey(contacts, addressKey);
  const known = (address: string) => byKey.get(addressKey(address)) ?? byKey.get(untaggedKey(address));
  const spellings = wanted.flatMap((address) => (known(address) ? [] : (gmailSpellings(address) ?? [])));
  const byMailbox = groupByKey(
    spellings.length === 0
      ? []
      : await findContactsBySpelling(locationId, spellings, options).select({ email: 1, emails: 1 }).lean(),
    mailboxKey,
  );
  const found = new Map<string, Types.ObjectId>();
  for (const address of wanted) {
    for (const id of known(address) ?? byMailbox.get(mailboxKey(address)) ?? []) found.set(String(id), id);
  }
  return [...found.values()];
}

type Addressed = { readonly _id: Types.ObjectId; readonly email?: unknown; readonly emails?: unknown };

function groupByKey(contacts: readonly Addressed[], keyOf: (address: string) => string): Map<string, Types.ObjectId[]> {
  const groups = new Map<string, Types.ObjectId[]>();
  for (const contact of contacts) {
    for (const key of new Set(addressesOf(contact).map(keyOf)))
      groups.set(key, [...(groups.get(key) ?? []), contact._id]);
  }
  return groups;
}

export function addressesOf({ email, emails }: { readonly email?: unknown; readonly emails?: unknown }): string[] {
  const all = [email, ...(Array.isArray(emails) ? emails : [emails])].filter((address) => typeof address === 'string');
  return [...new Set(all.map((address) => address.trim()))].filter((address) => address !== '');
}

function unicodeSpelling(key: string): string {
  const at = key.lastIndexOf('@');
  return key.includes('xn--') ? `${key.slice(0, at)}@${domainToUnicode(key.slice(at + 1))}` : key;
}
