import type { Types } from 'mongoose';
import type { AccountDoc } from '../../models/account.ts';
import { Contact, findContactsByEmail, type ContactDoc } from '../../models/contact.ts';
import { forgetOutlookLink, noteOutlookLink, outlookLinksUnseen } from '../../models/outlook-link.ts';
import { isDatabaseFailure } from '../../platform/database-failure.ts';
import { untaggedKey } from '../content/addresses.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { contactId } from '../store/create-contacts.ts';
import { loadOwnAddresses } from '../store/direction.ts';
import { isOwn } from '../store/own-addresses.ts';
import type { GraphContact } from './graph-types.ts';
import { emptyFieldsToFill, normalisePhone, readOutlookContact, type OutlookContact } from './link-contact.ts';

type Linkable = Pick<ContactDoc, '_id' | 'firstName' | 'lastName' | 'email' | 'emails' | 'phone' | 'outlookContactIds'>;

export class ContactLinker {
  readonly #accountId: Types.ObjectId;
  readonly #locationId: Types.ObjectId;
  readonly #country: string | undefined;
  readonly #context: MailboxContext;
  #byPhone: Promise<Map<string, Types.ObjectId[]>> | undefined;
  #own: ReturnType<typeof loadOwnAddresses> | undefined;

  /** @param country for phone numbers without a prefix */
  constructor({ _id, locationId }: AccountDoc, country: string | undefined, context: MailboxContext) {
    this.#accountId = _id;
    this.#locationId = locationId;
    this.#country = country;
    this.#context = context;
    for (const name of ['contactsLinked', 'contactsFilled', 'contactsUnlinked']) context.count(name, 0);
  }

  async apply(change: GraphContact): Promise<void> {
    try {
      await this.#apply(change);
    } catch (thrown) {
      if (isDatabaseFailure(thrown)) throw thrown;
      this.#context.count('contactsFailed');
      this.#context.log.warn({ err: thrown, contact: change?.id }, 'an Outlook contact could not be linked');
      // It exists, so no walk may unlink it.
      if (change?.id) await this.#seen(change.id);
    }
  }

  async unlinkUnseen(walkStartedAt: Date): Promise<void> {
    for (const id of await outlookLinksUnseen(this.#accountId, walkStartedAt)) await this.#unlink(id);
  }

  #seen(id: string): Promise<void> {
    return noteOutlookLink(this.#accountId, id, this.#context.clock.now());
  }

  async #unlink(id: string): Promise<void> {
    const unlinked = await Contact.updateMany(
      { locationId: this.#locationId, outlookContactIds: id },
      { $pull: { outlookContactIds: id } },
    );
    this.#context.count('contactsUnlinked', unlinked.modifiedCount);
    await forgetOutlookLink(this.#accountId, id);
  }

  async #apply(change: GraphContact): Promise<void> {
    if (change['@removed']) return this.#unlink(change.id);
    const outlook = readOutlookContact(change, this.#country);
    const linked = await Contact.findOne({
      locationId: this.#locationId,
      outlookContactIds: change.id,
    }).lean<ContactDoc>();
    if (linked?.deletedAt) return this.#seen(change.id);
    const candidates = linked ? [linked] : await this.#findCandidates(outlook);
    const [known] = candidates;
    // Two people share an address or number; a third contact would be wrong.
    if (candidates.length > 1) return this.#context.count('contactsAmbiguous');
    if (known) await this.#fill(known, outlook);
    else if (!this.#context.config.outlookCreateContacts || (await this.#isOurs(outlook)))
      return this.#context.count('contactsUnknown');
    else await this.#create(outlook);
    await this.#seen(change.id);
  }

  async #isOurs({ emails }: OutlookContact): Promise<boolean> {
    const own = await (this.#own ??= loadOwnAddresses(this.#locationId, this.#context.config.mailOwnDomains));
    return emails.some((email) => isOwn(email, own));
  }

  async #findCandidates(outlook: OutlookContact): Promise<readonly Linkable[]> {
    const byEmail = await this.#findByEmail(outlook);
    if (byEmail.length === 1) return byEmail;
    const byNumber = await this.#findByPhone(outlook);
    return byNumber.length > 0 ? byNumber : byEmail;
  }

  async #findByEmail({ emails }: OutlookContact): Promise<readonly Linkable[]> {
    if (emails.length === 0) return [];
    return findContactsByEmail(this.#locationId, emails).limit(2).lean<ContactDoc[]>();
  }

  async #findByPhone({ phones }: OutlookContact): Promise<readonly Linkable[]> {
    if (phones.length === 0) return [];
    const index = await (this.#byPhone ??= this.#readPhones());
    const ids = [...new Set(phones.flatMap((phone) => index.get(phone) ?? []))];
    return ids.length === 0
      ? []
      : Contact.find({ _id: { $in: ids }, deletedAt: null })
          .limit(2)
          .lean<ContactDoc[]>();
  }

  async #readPhones(): Promise<Map<string, Types.ObjectId[]>> {
    const index = new Map<string, Types.ObjectId[]>();
    for await (const contact of Contact.find(
      { locationId: this.#locationId, deletedAt: null, phone: { $nin: [null, ''] } },
      { phone: 1 },
    )
      .lean()
      .cursor()) {
      const phone = normalisePhone(contact.phone, this.#country);
      if (phone) index.set(phone, [...(index.get(phone) ?? []), contact._id]);
    }
    return index;
  }

  async #fill(known: Linkable, outlook: OutlookContact): Promise<void> {
    if (!(known.outlookContactIds ?? []).includes(outlook.id)) {
      await Contact.updateOne({ _id: known._id }, { $addToSet: { outlookContactIds: outlook.id } });
      this.#context.count('contactsLinked');
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
    if (written.modifiedCount > 0) this.#context.count('contactsFilled');
  }

  async #create(outlook: OutlookContact): Promise<void> {
    const [email, ...emails] = outlook.emails;
    const phone = outlook.phones[0];
    const name = outlook.name ?? email;
    if (!name || (!email && !phone)) return;
    const { firstName, lastName } = outlook;
    const _id = contactId(this.#locationId, email ? untaggedKey(email) : (phone as string));
    const fresh = {
      locationId: this.#locationId,
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
    if (written.upsertedCount > 0) return this.#context.count('contactsCreated');
    // Another mailbox or mail just created it.
    const made = await Contact.findOne({ _id, deletedAt: null }).lean<ContactDoc>();
    if (made) await this.#fill(made, outlook);
  }
}
