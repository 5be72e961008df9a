import { Account, type AccountDoc } from '../../models/account.ts';
import { Location } from '../../models/location.ts';
import { day } from '../../platform/clock.ts';
import { hasReaction } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { ContactLinker } from './contact-linker.ts';
import { leadsNowhere, ownPath, type GraphClient } from './graph-client.ts';
import type { GraphContact, GraphPage } from './graph-types.ts';

const pageSize = 100;
const fields = 'id,displayName,givenName,surname,emailAddresses,mobilePhone,businessPhones,homePhones';
const firstPage = `/me/contacts/delta?$select=${fields}`;

interface ContactsCursor {
  readonly link: string;
  /** ISO 8601. During a walk through all contacts. */
  readonly walkStartedAt?: string;
  readonly notBefore?: string;
}

/**
 * Links by Outlook id, e-mail, then phone. Fills empty fields, deletes nothing. A lost delta token restarts the walk;
 * then missing contacts are unlinked.
 *
 * @throws {MailError} about the contacts or the whole mailbox
 */
export async function syncContacts(account: AccountDoc, graph: GraphClient, context: MailboxContext): Promise<void> {
  const walk = new ContactsWalk(account, graph, context);
  if (walk.isDenied()) return;
  const location = await Location.findById(account.locationId, { country: 1 }).lean();
  const linker = new ContactLinker(account, location?.country, context);
  for (let more = true; more;) {
    context.signal.throwIfAborted();
    const page = await walk.page();
    for (const contact of page.value ?? []) await linker.apply(contact);
    const next = walk.after(page);
    if (next === undefined) return;
    more = page['@odata.nextLink'] !== undefined;
    if (!more && walk.startedAt !== undefined) await linker.unlinkUnseen(walk.startedAt);
    if (!(await walk.moveTo(next))) return;
  }
}

class ContactsWalk {
  readonly #account: AccountDoc;
  readonly #graph: GraphClient;
  readonly #context: MailboxContext;
  #saved: ContactsCursor | undefined;
  #cursor: ContactsCursor;
  #restarted = false;

  constructor(account: AccountDoc, graph: GraphClient, context: MailboxContext) {
    this.#account = account;
    this.#graph = graph;
    this.#context = context;
    this.#saved = account.cursors?.['contacts'] as ContactsCursor | undefined;
    this.#cursor = this.#saved ?? this.#begin();
  }

  isDenied(): boolean {
    const notBefore = this.#saved?.notBefore;
    return notBefore !== undefined && this.#context.clock.now() < new Date(notBefore);
  }

  get startedAt(): Date | undefined {
    const { walkStartedAt } = this.#cursor;
    return walkStartedAt === undefined ? undefined : new Date(walkStartedAt);
  }

  async page(): Promise<GraphPage<GraphContact>> {
    try {
      // 404: no contacts folder.
      const what = 'delta of contacts';
      return (await this.#graph.get<GraphPage<GraphContact>>(this.#cursor.link, { what, pageSize })) ?? {};
    } catch (thrown) {
      if (hasReaction(thrown, 'admin')) {
        const notBefore = new Date(this.#context.clock.now().getTime() + day).toISOString();
        await this.#save({ ...this.#cursor, notBefore });
      }
      const isForgotten = hasReaction(thrown, 'cursor-expired', 'park') && this.#cursor.link !== firstPage;
      if (this.#restarted || !isForgotten) throw thrown;
      this.#context.log.info(
        { account: this.#account.email },
        'contacts are listed again: Graph no longer accepts the delta token',
      );
      this.#restarted = true;
      this.#cursor = this.#begin();
      return this.page();
    }
  }

  /** Undefined when Graph names none. */
  after(page: GraphPage<GraphContact>): ContactsCursor | undefined {
    const next = page['@odata.nextLink'];
    const told = next ?? page['@odata.deltaLink'];
    if (told === undefined) return undefined;
    const link = ownPath(told, this.#context.config.microsoftGraphUrl);
    if (next === undefined) return { link };
    if (link === this.#cursor.link) throw leadsNowhere('delta of contacts');
    const { walkStartedAt } = this.#cursor;
    return { link, ...(walkStartedAt === undefined ? {} : { walkStartedAt }) };
  }

  /** False when another run moved the cursor or the mailbox was disconnected. */
  moveTo(cursor: ContactsCursor): Promise<boolean> {
    this.#cursor = cursor;
    return this.#save(cursor);
  }

  async #save(cursor: ContactsCursor): Promise<boolean> {
    const { matchedCount } = await Account.updateOne(
      { _id: this.#account._id, enabled: true, 'cursors.contacts': this.#saved ?? null },
      { $set: { 'cursors.contacts': cursor } },
    );
    this.#saved = cursor;
    return matchedCount > 0;
  }

  #begin(): ContactsCursor {
    return { link: firstPage, walkStartedAt: this.#context.clock.now().toISOString() };
  }
}
