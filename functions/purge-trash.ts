import type { Config } from '@netlify/functions';
import { defineJob, hostedHandler } from '../shared/runs/define-job.ts';
import { withLocationClaims } from '../shared/runs/location-claims.ts';
import { purgeTrash } from '../shared/trash/purge.ts';

/** Deletes what was soft-deleted longer ago than the retention. */
export const job = defineJob({
  name: 'purge-trash',
  description: 'Deletes what was soft-deleted longer ago than the retention.',
  schedule: '0 3 * * *',
  parameters: ['locationId', 'dryRun'],
  run: (context) => withLocationClaims(context, purgeTrash),
});

export const config: Config = { path: '/api/cron/purge-trash' };

export default hostedHandler(job);
