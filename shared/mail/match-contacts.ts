/** Which contacts of a location take part in a message. */

import { domainToUnicode } from 'node:url';
import type { Types } from 'mongoose';
import { findContactsByEmail } from '../models/contact.ts';
import { addressKey, untaggedKey } from './addresses.ts';

/** More participants are a mailing: nobody reads such a list as a conversation. */
const maxParticipants = 500;

/**
 * Finds the contacts behind addresses, in one query. An exact match wins; else `anna+flat@x.com` is anna@x.com.
 *
 * @param addresses of the participants, the closest first
 * @returns ids of contacts, each once, in the order of the addresses; several contacts may have one address
 */
export async function matchContacts(locationId: Types.ObjectId, addresses: readonly string[]): Promise<Types.ObjectId[]> {
  const wanted = [...new Set(addresses.filter((address) => address !== ''))].slice(0, maxParticipants);
  if (wanted.length === 0) return [];
  const spellings = new Set(wanted.flatMap((address) => [address, addressKey(address), untaggedKey(address)].flatMap((key) => [key, unicodeSpelling(key)])));
  const contacts = await findContactsByEmail(locationId, [...spellings]).select({ email: 1, emails: 1 }).lean();

  const byKey = new Map<string, Types.ObjectId[]>();
  for (const { _id, email, emails } of contacts) {
    for (const key of new Set([email, ...(emails ?? [])].filter((address) => typeof address === 'string').map(addressKey))) {
      byKey.set(key, [...(byKey.get(key) ?? []), _id]);
    }
  }
  const found = new Map<string, Types.ObjectId>();
  for (const address of wanted) {
    for (const id of byKey.get(addressKey(address)) ?? byKey.get(untaggedKey(address)) ?? []) found.set(String(id), id);
  }
  return [...found.values()];
}

/** The key as people write an internationalised domain. */
function unicodeSpelling(key: string): string {
  const at = key.lastIndexOf('@');
  return key.includes('xn--') ? `${key.slice(0, at)}@${domainToUnicode(key.slice(at + 1))}` : key;
}
