import type { Config } from '@netlify/functions';
import { syncFeeds } from '../shared/feeds/sync-feeds.ts';
import { defineJob, hostedJob } from '../shared/runs/define-job.ts';

/** Takes over property XML feeds as listings. */
export const job = defineJob({
  name: 'sync-feeds',
  description: 'Takes over property XML feeds as listings.',
  schedule: '0 * * * *',
  parameters: ['feedId', 'locationId', 'dryRun', 'confirmRemovals'],
  run: syncFeeds,
});

/** Netlify: a background function may take 15 minutes, and answers 202 at once. */
export const config: Config = { path: '/api/cron/sync-feeds', background: true };

export default hostedJob(job);
