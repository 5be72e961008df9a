import { Types } from 'mongoose';
import { keepRequest } from '../models/kept-request.ts';
import type { RunParameters } from './run-context.ts';

/** Keeps a refused request for one contact. Needs a database connection. */
export async function keepContactRequest(job: string, { contactId, accountId }: RunParameters): Promise<void> {
  await keepRequest({
    job,
    contactId: new Types.ObjectId(contactId),
    accountId: accountId === undefined ? null : new Types.ObjectId(accountId),
  });
}
