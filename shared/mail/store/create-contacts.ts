import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import { Contact } from '../../models/contact.ts';
import type { MailAddress } from '../../models/message.ts';
import { isDuplicateKey } from '../../models/upsert.ts';
import { addressKey, untaggedKey } from '../content/addresses.ts';
import { isAutomaticAddress } from '../content/automatic.ts';
import { isOwn } from './own-addresses.ts';
import type { OwnAddresses, ParsedMessage } from './parsed-message.ts';

export type CreationPolicy = 'off' | 'two-way' | 'all';

/**
 * By MAIL_CREATE_CONTACTS: recipients of our mail (`two-way`, `all`) and authors (`all`). Never copies, which are often
 * lists.
 */
export function contactCandidates(
  message: Pick<ParsedMessage, 'from' | 'to' | 'replyTo' | 'automatic'>,
  direction: 'inbound' | 'outbound',
  own: OwnAddresses,
  policy: CreationPolicy,
): MailAddress[] {
  if (policy === 'off' || message.automatic || (policy === 'two-way' && direction === 'inbound')) return [];
  const others = (addresses: readonly MailAddress[]) =>
    addresses.filter(({ email }) => email !== '' && !isOwn(email, own) && !isAutomaticAddress(email));
  if (direction === 'outbound') return others(message.to);
  const authors = others(message.from);
  return authors.length > 0 ? authors : others(message.replyTo);
}

/**
 * @param announce called beforehand, so that a kill after creation loses no news
 * @returns number of new contacts
 */
export async function createContacts(
  locationId: Types.ObjectId,
  addresses: readonly MailAddress[],
  announce: (contactId: Types.ObjectId) => Promise<void>,
): Promise<number> {
  let created = 0;
  for (const { name, email } of addresses) {
    const address = untaggedKey(email);
    const _id = contactId(locationId, address);
    await announce(_id);
    try {
      await Contact.create({
        _id,
        locationId,
        ...personName(name, address),
        email: address,
        emails: addressKey(email) === address ? [] : [addressKey(email)],
      });
      created += 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  return created;
}

/** The same for an address or phone number everywhere, so that overlapping runs create one contact. */
export function contactId(locationId: Types.ObjectId, address: string): Types.ObjectId {
  return new Types.ObjectId(
    createHash('sha256')
      .update(`contact\n${String(locationId)}\n${address}`)
      .digest('hex')
      .slice(0, 24),
  );
}

function personName(
  name: string | undefined,
  address: string,
): { name: string; firstName?: string; lastName?: string } {
  const written = name ?? '';
  const [last, first] = written.split(/\s*,\s*/, 2);
  const ordered = (first && last ? `${first} ${last}` : written).trim();
  if (ordered === '' || ordered.includes('@')) return { name: address.slice(0, address.lastIndexOf('@')) };
  const words = ordered.split(/\s+/);
  return {
    name: ordered,
    firstName: words[0] as string,
    ...(words.length > 1 ? { lastName: words.slice(1).join(' ') } : {}),
  };
}
