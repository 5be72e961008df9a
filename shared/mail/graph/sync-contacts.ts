/**
 * Links Outlook contacts to the location's by Outlook id, e-mail, then phone. Fills empty fields only, deletes nothing,
 * creates if configured.
 */

import type { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../models/account.ts';
import { Contact, findContactsByEmail, type ContactDoc } from '../../models/contact.ts';
import { Location } from '../../models/location.ts';
import { forgetOutlookLink, noteOutlookLink, outlookLinksUnseen } from '../../models/outlook-link.ts';
import { day } from '../../platform/clock.ts';
import { isDatabaseFailure } from '../../platform/database-failure.ts';
import { untaggedKey } from '../content/addresses.ts';
import { contactId } from '../store/create-contacts.ts';
import { loadOwnAddresses } from '../store/direction.ts';
import { hasReaction } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { isOwn } from '../store/own-addresses.ts';
import { leadsNowhere, ownPath, type GraphClient } from './graph-client.ts';
import type { GraphContact, GraphPage } from './graph-types.ts';
import { emptyFieldsToFill, normalisePhone, readOutlookContact, type OutlookContact } from './link-contact.ts';

const pageSize = 100;
const fields = 'id,displayName,givenName,surname,emailAddresses,mobilePhone,businessPhones,homePhones';
const firstPage = `/me/contacts/delta?$select=${fields}`;

type Linkable = Pick<ContactDoc, '_id' | 'firstName' | 'lastName' | 'email' | 'emails' | 'phone' | 'outlookContactIds'>;

interface ContactsCursor {
  readonly link: string;
  /** During a walk through all contacts. ISO 8601 */
  readonly walkStartedAt?: string;
  /** Contacts are denied until then. ISO 8601 */
  readonly notBefore?: string;
}

/**
 * Applies changes. A lost delta token restarts the walk, once per run; contacts missing from a complete walk are
 * unlinked.
 *
 * @throws {MailError} about the contacts or the whole mailbox
 */
export async function syncContacts(account: AccountDoc, graph: GraphClient, context: MailboxContext): Promise<void> {
  const { clock, log, signal } = context;
  const begin = (): ContactsCursor => ({ link: firstPage, walkStartedAt: clock.now().toISOString() });
  let saved = account.cursors?.['contacts'] as ContactsCursor | undefined;
  if (saved?.notBefore && clock.now() < new Date(saved.notBefore)) return;
  let cursor = saved ?? begin();
  let restarted = false;
  const location = await Location.findById(account.locationId, { country: 1 }).lean();
  const linking = createLinking(account, location?.country, context);
  for (let more = true; more;) {
    signal.throwIfAborted();
    let page: GraphPage<GraphContact>;
    try {
      page = await contactPage(graph, cursor.link);
    } catch (thrown) {
      if (hasReaction(thrown, 'admin'))
        await save({ ...cursor, notBefore: new Date(clock.now().getTime() + day).toISOString() });
      if (restarted || cursor.link === firstPage || !hasReaction(thrown, 'cursor-expired', 'park')) throw thrown;
      log.info({ account: account.email }, 'contacts are walked again: Graph has forgotten the delta token');
      restarted = true;
      cursor = begin();
      continue;
    }
    for (const contact of page.value ?? []) await linking.apply(contact);
    const next = page['@odata.nextLink'] ?? page['@odata.deltaLink'];
    more = page['@odata.nextLink'] !== undefined;
    if (next === undefined) break;
    if (more && ownPath(next, context.config.microsoftGraphUrl) === cursor.link)
      throw leadsNowhere('delta of contacts');
    const { walkStartedAt } = cursor;
    if (!more && walkStartedAt !== undefined) await linking.unlinkUnseen(new Date(walkStartedAt));
    cursor = {
      link: ownPath(next, context.config.microsoftGraphUrl),
      ...(more && walkStartedAt ? { walkStartedAt } : {}),
    };
    if (!(await save(cursor))) return;
  }

  /** False when another run moved the cursor or the mailbox was disconnected. */
  async function save(moved: ContactsCursor): Promise<boolean> {
    const { matchedCount } = await Account.updateOne(
      { _id: account._id, enabled: true, 'cursors.contacts': saved ?? null },
      { $set: { 'cursors.contacts': moved } },
    );
    saved = moved;
    return matchedCount > 0;
  }
}

async function contactPage(graph: GraphClient, link: string): Promise<GraphPage<GraphContact>> {
  // 404: no contacts folder.
  return (await graph.get<GraphPage<GraphContact>>(link, { what: 'delta of contacts', pageSize })) ?? {};
}

function createLinking(
  { _id: accountId, locationId }: AccountDoc,
  country: string | undefined,
  context: MailboxContext,
) {
  let byPhone: Promise<Map<string, Types.ObjectId[]>> | undefined;
  let ours: ReturnType<typeof loadOwnAddresses> | undefined;
  for (const name of ['contactsLinked', 'contactsFilled', 'contactsUnlinked']) context.count(name, 0);

  return {
    /** One bad contact must not stop the others. */
    async apply(change: GraphContact): Promise<void> {
      try {
        await apply(change);
      } catch (thrown) {
        if (isDatabaseFailure(thrown)) throw thrown;
        context.count('contactsFailed');
        context.log.warn({ err: thrown, contact: change?.id }, 'an Outlook contact could not be taken in');
        // It exists, so no walk may unlink it.
        if (change?.id) await seen(change.id);
      }
    },
    async unlinkUnseen(walkStartedAt: Date): Promise<void> {
      for (const id of await outlookLinksUnseen(accountId, walkStartedAt)) await unlink(id);
    },
  };

  function seen(id: string): Promise<void> {
    return noteOutlookLink(accountId, id, context.clock.now());
  }

  async function unlink(id: string): Promise<void> {
    const unlinked = await Contact.updateMany(
      { locationId, outlookContactIds: id },
      { $pull: { outlookContactIds: id } },
    );
    context.count('contactsUnlinked', unlinked.modifiedCount);
    await forgetOutlookLink(accountId, id);
  }

  async function apply(change: GraphContact): Promise<void> {
    if (change['@removed']) return unlink(change.id);
    const outlook = readOutlookContact(change, country);
    const linked = await Contact.findOne({ locationId, outlookContactIds: change.id }).lean<ContactDoc>();
    if (linked?.deletedAt) return seen(change.id);
    const candidates = linked ? [linked] : await findCandidates(outlook);
    const [known] = candidates;
    // Ambiguous: two people share an address or number. A third contact would be wrong.
    if (candidates.length > 1) return context.count('contactsAmbiguous');
    if (known) await fill(known, outlook);
    else if (!context.config.outlookCreateContacts || (await isOurs(outlook))) return context.count('contactsUnknown');
    else await create(outlook);
    await seen(change.id);
  }

  async function isOurs({ emails }: OutlookContact): Promise<boolean> {
    const own = await (ours ??= loadOwnAddresses(locationId, context.config.mailOwnDomains));
    return emails.some((email) => isOwn(email, own));
  }

  /** A phone may tell several matches apart. */
  async function findCandidates(outlook: OutlookContact): Promise<readonly Linkable[]> {
    const byEmail = await findByEmail(outlook);
    if (byEmail.length === 1) return byEmail;
    const byNumber = await findByPhone(outlook);
    return byNumber.length > 0 ? byNumber : byEmail;
  }

  async function findByEmail({ emails }: OutlookContact): Promise<readonly Linkable[]> {
    if (emails.length === 0) return [];
    return findContactsByEmail(locationId, emails).limit(2).lean<ContactDoc[]>();
  }

  async function findByPhone({ phones }: OutlookContact): Promise<readonly Linkable[]> {
    if (phones.length === 0) return [];
    const index = await (byPhone ??= readPhones());
    const ids = [...new Set(phones.flatMap((phone) => index.get(phone) ?? []))];
    return ids.length === 0
      ? []
      : Contact.find({ _id: { $in: ids }, deletedAt: null })
          .limit(2)
          .lean<ContactDoc[]>();
  }

  /** Numbers are stored as staff wrote them. */
  async function readPhones(): Promise<Map<string, Types.ObjectId[]>> {
    const index = new Map<string, Types.ObjectId[]>();
    for await (const contact of Contact.find({ locationId, deletedAt: null, phone: { $nin: [null, ''] } }, { phone: 1 })
      .lean()
      .cursor()) {
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
        // Staff may have just filled it.
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
    const _id = contactId(locationId, email ? untaggedKey(email) : (phone as string));
    const fresh = {
      locationId,
      name,
      emails,
      ...(firstName ? { firstName } : {}),
      ...(lastName ? { lastName } : {}),
      ...(email ? { email } : {}),
      ...(phone ? { phone } : {}),
    };
    const written = await Contact.updateOne(
      { _id },
      { $setOnInsert: { ...fresh, outlookContactIds: [outlook.id] } },
      { upsert: true, setDefaultsOnInsert: true },
    );
    if (written.upsertedCount > 0) return context.count('contactsCreated');
    // Another mailbox or mail just created it.
    const made = await Contact.findOne({ _id, deletedAt: null }).lean<ContactDoc>();
    if (made) await fill(made, outlook);
  }
}
