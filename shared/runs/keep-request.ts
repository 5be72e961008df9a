/** Keeps what a run was asked for that the guard refused. */

import { Types } from 'mongoose';
import { keepRequest } from '../models/kept-request.ts';
import type { RunParameters } from './run-context.ts';

/** Keeps that a job was asked for one contact (of one mailbox, when that is said). The database is connected. */
export async function keepContactRequest(job: string, { contactId, accountId }: RunParameters): Promise<void> {
  await keepRequest({
    job,
    contactId: new Types.ObjectId(contactId),
    accountId: accountId === undefined ? null : new Types.ObjectId(accountId),
  });
}
