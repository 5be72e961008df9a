import type { Config } from '@netlify/functions';
import { backfillContact, recallBackfills } from '../shared/mail/sync/backfill.ts';
import { gmailProvider } from '../shared/mail/gmail/gmail-provider.ts';
import { reportNoMailbox, syncAccounts } from '../shared/mail/sync/sync-accounts.ts';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';

/** With `contactId`: that contact's latest e-mails. */
export const job = defineJob({
  name: 'gmail-sync',
  description: 'Brings the e-mails of known contacts from Gmail into the CRM.',
  schedule: '*/15 * * * *',
  parameters: ['accountId', 'locationId', 'contactId'],
  keeps: 'contactId',
  async run(context) {
    const providers = [gmailProvider()];
    await reportNoMailbox(context, providers);
    await recallBackfills(context, providers);
    await (context.parameters.contactId
      ? backfillContact(context, { providers })
      : syncAccounts(context, { providers }));
  },
});

/** Netlify: background functions have 15 minutes and answer 202 at once. */
export const config: Config = { path: '/api/cron/gmail-sync', background: true };

export default hostedJob(job);
