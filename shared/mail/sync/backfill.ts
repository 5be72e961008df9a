import { isValidObjectId } from 'mongoose';
import { Account, findConnectedAccounts, type AccountDoc } from '../../models/account.ts';
import { Contact, type ContactDoc } from '../../models/contact.ts';
import { dropRequest, findKeptRequests, keepRequest, KeptRequest } from '../../models/kept-request.ts';
import { EstioError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { drainItems } from './drain-items.ts';
import type { MailProvider } from '../mail-provider.ts';
import { addressesOf } from '../store/match-contacts.ts';
import { queueBackfill } from './queue-backfill.ts';
import { refreshIdentity } from './refresh-identity.ts';
import { syncAccounts, type SyncAccountsOptions } from './sync-accounts.ts';

/**
 * Fetches a contact's latest messages from every mailbox of the location; those that cannot be searched now, at their
 * next sync.
 *
 * @throws {EstioError} `no-contact`, or `no-address`
 */
export async function backfillContact(context: RunContext, options: SyncAccountsOptions): Promise<void> {
  const { contactId, locationId } = context.parameters;
  const contact = isValidObjectId(contactId) ? await findContact(contactId) : null;
  if (!contact || (locationId && String(contact.locationId) !== locationId))
    throw new EstioError(
      `No contact has the id ${contactId}: expected a contact${locationId ? ' of that location' : ''} ` +
        'that is not in the trash',
      { code: 'no-contact' },
    );
  if (addressesOf(contact).length === 0)
    throw new EstioError(`The contact ${contactId} has no e-mail address, so its mail cannot be searched`, {
      code: 'no-address',
    });
  const accounts = await keepForMailboxes(contact, context.parameters.accountId, options.providers, context);
  await syncAccounts(context, {
    ...options,
    locationId: contact.locationId,
    synced: true,
    async work(account, mailbox, accountContext) {
      await refreshIdentity(account, mailbox, accountContext);
      for await (const content of queueBackfill(contact._id, account, mailbox, accountContext))
        await drainItems({ account, mailbox, context: accountContext, content });
      await drainItems({ account, mailbox, context: accountContext });
    },
  });
  const accountId = { $in: accounts.map(({ _id }) => _id) };
  const kept = await KeptRequest.countDocuments({ job: context.job, contactId: contact._id, accountId });
  if (kept > 0) context.count('backfillsKept', kept);
}

/** Assigns kept requests to mailboxes. Call it before reading. */
export async function recallBackfills(context: RunContext, providers: readonly MailProvider[]): Promise<void> {
  const asked = await KeptRequest.distinct('accountId', { job: context.job, accountId: { $type: 'objectId' } });
  const connected = new Set((await Account.distinct('_id', { _id: { $in: asked }, enabled: true })).map(String));
  await KeptRequest.deleteMany({
    job: context.job,
    accountId: { $in: asked.filter((id) => !connected.has(String(id))) },
  });
  for (const request of await findKeptRequests(context.job, null)) {
    const contact = await findContact(request.contactId);
    if (contact) await keepForMailboxes(contact, undefined, providers, context);
    await dropRequest(request);
  }
}

function findContact(id: unknown): Promise<ContactDoc | null> {
  return Contact.findOne({ _id: id, deletedAt: null } as never)
    .lean<ContactDoc>()
    .exec();
}

async function keepForMailboxes(
  contact: ContactDoc,
  accountId: string | undefined,
  providers: readonly MailProvider[],
  context: RunContext,
): Promise<AccountDoc[]> {
  const { _id: contactId, locationId } = contact;
  const accounts = await findConnectedAccounts({
    providers: providers.map(({ name }) => name),
    locationId: String(locationId),
    ...(accountId ? { accountId } : {}),
  }).lean<AccountDoc[]>();
  for (const account of accounts) await keepRequest({ job: context.job, contactId, accountId: account._id });
  return accounts;
}
