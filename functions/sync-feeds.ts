import type { Config } from '@netlify/functions';
import { syncFeeds } from '../shared/feeds/sync-feeds.ts';
import { defineJob, hostedHandler } from '../shared/runs/define-job.ts';

/** Takes over property XML feeds as listings. */
export const job = defineJob({
  name: 'sync-feeds',
  description: 'Takes over property XML feeds as listings.',
  schedule: '0 * * * *',
  parameters: ['feedId', 'locationId', 'dryRun', 'confirmRemovals'],
  run: syncFeeds,
});

export const config: Config = { path: '/api/cron/sync-feeds' };

export default hostedHandler(job);
