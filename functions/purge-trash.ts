import type { Config } from '@netlify/functions';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';
import { withLocationClaims } from '../shared/runs/location-claims.ts';
import { purgeTrash } from '../shared/trash/purge.ts';

export const job = defineJob({
  name: 'purge-trash',
  description: 'Deletes what was soft-deleted longer ago than the retention.',
  schedule: '0 3 * * *',
  parameters: ['locationId', 'dryRun'],
  run: (context) => withLocationClaims(context, purgeTrash),
});

/** Netlify: see gmail-sync. */
export const config: Config = { path: '/api/cron/purge-trash', background: true };

export default hostedJob(job);
