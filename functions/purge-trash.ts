import type { Config } from '@netlify/functions';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';
import { withLocationClaims } from '../shared/runs/location-claims.ts';
import { purgeTrash } from '../shared/trash/purge.ts';

export const job = defineJob({
  name: 'purge-trash',
  description: 'Deletes records that have been in the trash longer than TRASH_RETENTION_DAYS.',
  schedule: '0 3 * * *',
  parameters: ['locationId', 'dryRun'],
  run: (context) => withLocationClaims(context, purgeTrash),
});

/** Netlify: see gmail-sync. */
export const config: Config = { path: '/api/cron/purge-trash', background: true };

export default hostedJob(job);
