/**
 * Outlook contacts, inbound: linked to contacts of the account's location by Outlook id, then e-mail, then phone. Fills what
 * is empty, overwrites nothing, deletes nothing, and creates only where that is configured.
 */

import type { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../models/account.ts';
import { Contact, type ContactDoc } from '../../models/contact.ts';
import { Location } from '../../models/location.ts';
import { hasReaction } from '../errors.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { ownPath, type GraphClient } from './graph-client.ts';
import type { GraphContact, GraphPage } from './graph-types.ts';
import { emptyFieldsToFill, normalisePhone, readOutlookContact, type OutlookContact } from './link-contact.ts';

const pageSize = 100;
const fields = 'id,displayName,givenName,surname,emailAddresses,mobilePhone,businessPhones,homePhones';
const firstPage = `/me/contacts/delta?$select=${fields}`;

type Linkable = Pick<ContactDoc, '_id' | 'firstName' | 'lastName' | 'email' | 'emails' | 'phone' | 'outlookContactIds'>;

/** Applies what changed since the last run. A lost delta token means a walk from the beginning: linking again changes nothing. */
export async function syncContacts(account: AccountDoc, graph: GraphClient, context: MailboxContext): Promise<void> {
  let link = (account.cursors?.['contacts'] as { link?: string } | undefined)?.link ?? firstPage;
  const location = await Location.findById(account.locationId, { country: 1 }).lean();
  const linking = createLinking(account.locationId, location?.country, context);
  for (let more = true; more; ) {
    context.signal.throwIfAborted();
    const page = await contactPage(graph, link).catch((error: unknown) => {
      if (link === firstPage || !hasReaction(error, 'cursor-expired', 'park')) throw error;
      context.log.info({ account: account.email }, 'contacts are walked again: Graph has forgotten the delta token');
      return undefined;
    });
    if (page === undefined) {
      link = firstPage;
      continue;
    }
    for (const contact of page.value ?? []) await linking.apply(contact);
    const next = page['@odata.nextLink'] ?? page['@odata.deltaLink'];
    more = page['@odata.nextLink'] !== undefined;
    if (next === undefined) break;
    link = ownPath(next, context.config.microsoftGraphUrl);
    await Account.updateOne({ _id: account._id }, { $set: { 'cursors.contacts': { link } } });
  }
}

async function contactPage(graph: GraphClient, link: string): Promise<GraphPage<GraphContact>> {
  // 404: the mailbox has no contacts folder.
  return (await graph.get<GraphPage<GraphContact>>(link, { what: 'delta of contacts', pageSize })) ?? {};
}

function createLinking(locationId: Types.ObjectId, country: string | undefined, context: MailboxContext) {
  let byPhone: Promise<Map<string, Types.ObjectId[]>> | undefined;
  for (const name of ['contactsLinked', 'contactsFilled', 'contactsUnlinked']) context.count(name, 0);

  return { apply };

  async function apply(change: GraphContact): Promise<void> {
    if (change['@removed']) {
      const unlinked = await Contact.updateMany({ locationId, outlookContactIds: change.id }, { $pull: { outlookContactIds: change.id } });
      context.count('contactsUnlinked', unlinked.modifiedCount);
      return;
    }
    const outlook = readOutlookContact(change, country);
    const linked = await Contact.findOne({ locationId, outlookContactIds: change.id }).lean<ContactDoc>();
    // A linked contact in the trash stays as it is: neither filled nor replaced.
    if (linked?.deletedAt) return;
    const known = linked ?? (await findByEmail(outlook)) ?? (await findByPhone(outlook));
    if (known) await fill(known, outlook);
    else if (context.config.outlookCreateContacts) await create(outlook);
    else context.count('contactsUnknown');
  }

  async function findByEmail({ emails }: OutlookContact): Promise<Linkable | undefined> {
    if (emails.length === 0) return undefined;
    return only(await Contact.find({ locationId, deletedAt: null, $or: [{ email: { $in: emails } }, { emails: { $in: emails } }] }).limit(2).lean<ContactDoc[]>());
  }

  async function findByPhone({ phones }: OutlookContact): Promise<Linkable | undefined> {
    if (phones.length === 0) return undefined;
    const index = await (byPhone ??= readPhones());
    const ids = [...new Set(phones.flatMap((phone) => index.get(phone) ?? []))];
    return ids.length === 0 ? undefined : only(await Contact.find({ _id: { $in: ids }, deletedAt: null }).limit(2).lean<ContactDoc[]>());
  }

  /** Two people with one address or number: which of them is meant cannot be told. */
  function only(found: readonly ContactDoc[]): Linkable | undefined {
    if (found.length > 1) context.count('contactsAmbiguous');
    return found.length === 1 ? found[0] : undefined;
  }

  /** Numbers are stored as staff wrote them, so they are compared here, read once a run and only when needed. */
  async function readPhones(): Promise<Map<string, Types.ObjectId[]>> {
    const index = new Map<string, Types.ObjectId[]>();
    for await (const contact of Contact.find({ locationId, deletedAt: null, phone: { $nin: [null, ''] } }, { phone: 1 }).lean().cursor()) {
      const phone = normalisePhone(contact.phone, country);
      if (phone) index.set(phone, [...(index.get(phone) ?? []), contact._id]);
    }
    return index;
  }

  async function fill(known: Linkable, outlook: OutlookContact): Promise<void> {
    if (!(known.outlookContactIds ?? []).includes(outlook.id)) {
      await Contact.updateOne({ _id: known._id }, { $addToSet: { outlookContactIds: outlook.id } });
      context.count('contactsLinked');
    }
    const updates = Object.entries(emptyFieldsToFill(known, outlook)).map(([field, value]) => ({
      updateOne: {
        // Still empty at this moment: staff may be writing meanwhile.
        filter: { _id: known._id, [field]: { $in: [null, '', []] } },
        update: { $set: { [field]: value } },
      },
    }));
    if (updates.length === 0) return;
    const written = await Contact.bulkWrite(updates);
    if (written.modifiedCount > 0) context.count('contactsFilled');
  }

  async function create(outlook: OutlookContact): Promise<void> {
    const [email, ...emails] = outlook.emails;
    const phone = outlook.phones[0];
    const name = outlook.name ?? email;
    if (!name || (!email && !phone)) return;
    const { firstName, lastName } = outlook;
    const fresh = { name, emails, ...(firstName ? { firstName } : {}), ...(lastName ? { lastName } : {}), ...(email ? { email } : {}), ...(phone ? { phone } : {}) };
    // By id: a repeated page creates nobody twice.
    const written = await Contact.updateOne({ locationId, outlookContactIds: { $elemMatch: { $eq: outlook.id } } }, { $setOnInsert: { ...fresh, outlookContactIds: [outlook.id] } }, { upsert: true, setDefaultsOnInsert: true });
    context.count('contactsCreated', written.upsertedCount);
  }
}
