import type { Config } from '@netlify/functions';
import { syncFeeds } from '../shared/feeds/sync-feeds.ts';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';

export const job = defineJob({
  name: 'sync-feeds',
  description: 'Imports property XML feeds as listings.',
  schedule: '0 * * * *',
  parameters: ['feedId', 'locationId', 'dryRun', 'confirmRemovals'],
  run: syncFeeds,
});

/** Netlify: see gmail-sync. */
export const config: Config = { path: '/api/cron/sync-feeds', background: true };

export default hostedJob(job);
