import type { Config } from '@netlify/functions';
import { backfillContact, recallBackfills } from '../shared/mail/sync/backfill.ts';
import { graphProvider } from '../shared/mail/graph/graph-provider.ts';
import { createOutlookWebProvider } from '../shared/mail/outlook-web/outlook-web-provider.ts';
import { reportNoMailbox, syncAccounts } from '../shared/mail/sync/sync-accounts.ts';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';

/** With `contactId`: that contact's latest e-mails. */
export const job = defineJob({
  name: 'outlook-sync',
  description: 'Brings the e-mails and contacts of Outlook into the CRM.',
  schedule: '0 * * * *',
  parameters: ['accountId', 'locationId', 'contactId'],
  keeps: 'contactId',
  async run(context) {
    const graph = graphProvider();
    const web = createOutlookWebProvider(context);
    const sync = context.parameters.contactId ? backfillContact : syncAccounts;
    try {
      await reportNoMailbox(context, [graph, web]);
      await recallBackfills(context, [graph, web]);
      // The browser serves one account at a time.
      await Promise.all([sync(context, { providers: [graph] }), sync(context, { providers: [web], concurrency: 1 })]);
    } finally {
      await web.close();
    }
  },
});

/** Netlify: see gmail-sync. */
export const config: Config = { path: '/api/cron/outlook-sync', background: true };

export default hostedJob(job);
