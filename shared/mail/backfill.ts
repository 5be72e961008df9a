/** Back-fill: brings the mail of before with one contact into the CRM. */

import { isValidObjectId } from 'mongoose';
import { Contact, type ContactDoc } from '../models/contact.ts';
import { EstioError } from '../platform/errors.ts';
import type { RunContext } from '../runs/run-context.ts';
import { drainItems } from './drain-items.ts';
import { queueBackfill } from './queue-backfill.ts';
import { refreshIdentity } from './refresh-identity.ts';
import { syncAccounts, type SyncAccountsOptions } from './sync-accounts.ts';

/**
 * Brings the last messages with the contact of the run's parameters into the CRM, from every mailbox of its location.
 *
 * @throws {EstioError} `no-contact` when there is no such contact
 */
export async function backfillContact(context: RunContext, options: SyncAccountsOptions): Promise<void> {
  const { contactId } = context.parameters;
  const contact = isValidObjectId(contactId) ? await Contact.findOne({ _id: contactId, deletedAt: null }).lean<ContactDoc>() : null;
  if (!contact) throw new EstioError(`There is no contact ${contactId}: expected the id of a contact that is not in the trash`, { code: 'no-contact' });
  await syncAccounts(context, {
    ...options,
    locationId: contact.locationId,
    async work(account, mailbox, accountContext) {
      await refreshIdentity(account, mailbox, accountContext);
      await queueBackfill(contact._id, account, mailbox, accountContext);
      // All that is due: what the search found may wait from another listing.
      await drainItems({ account, mailbox, context: accountContext });
    },
  });
}
