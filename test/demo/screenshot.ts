/** `node test/demo/screenshot.ts [file.png]`: README's picture of the status page. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { projectRoot } from '../../adapter/project.ts';
import { Account } from '../../shared/models/account.ts';
import { JobRun, type RunError } from '../../shared/models/job-run.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { launchBrowser } from '../../shared/platform/browser.ts';
import { hour, systemClock } from '../../shared/platform/clock.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { weekOfRuns } from '../doubles/week-of-runs.ts';
import { testBrowser } from '../doubles/test-browser.ts';

const file = resolve(process.argv[2] ?? join(projectRoot, '.github', 'status-page.png'));
const now = systemClock.now();
const timedOut: RunError = {
  scope: 'account',
  code: 'timeout',
  message: 'The provider did not answer within 60 s',
  retryable: true,
};
const mail = (busy: number) => ({
  accounts: 2,
  stored: Math.round(busy * 14),
  updated: Math.round(busy * 3),
  parked: 0,
});
const weeks = [
  { job: 'gmail-sync', schedule: '*/15 * * * *', durationMs: 4_000, counts: mail, error: timedOut },
  { job: 'outlook-sync', schedule: '0 * * * *', durationMs: 9_000, counts: mail, error: timedOut },
  {
    job: 'purge-trash',
    schedule: '0 3 * * *',
    durationMs: 2_500,
    counts: () => ({ messages: 41, conversations: 6, contacts: 2 }),
    error: timedOut,
  },
  {
    job: 'scheduled-tasks',
    schedule: '*/30 * * * *',
    durationMs: 1_800,
    counts: (busy: number) => ({ followUps: Math.round(busy * 3), inactiveLeads: Math.round(busy) }),
    error: timedOut,
  },
  {
    job: 'sync-feeds',
    schedule: '0 * * * *',
    durationMs: 31_000,
    counts: (busy: number) => ({
      feeds: 2,
      items: 1450,
      new: Math.round(busy * 4),
      changed: Math.round(busy * 20),
      same: 1400,
    }),
    error: { ...timedOut, scope: 'feed', message: 'The feed ended before its end: nothing was withdrawn' },
  },
];

const demo = spawn(process.execPath, [join(projectRoot, 'test', 'demo', 'run.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(demo, 'close');
try {
  const { url, password } = await demoReady();
  await addHistory();
  await takePicture(url, password);
  console.log(file);
} finally {
  demo.kill('SIGINT');
  await ended;
}

function demoReady(): Promise<{ url: string; password: string }> {
  return new Promise((found, lost) => {
    let output = '';
    demo.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [, url, password] = /keeps running at (\S+) \(.* password (\S+)\)/.exec(output) ?? [];
      if (url && password) found({ url, password });
    });
    void ended.then(([code]) => lost(new Error(`the demo ended with ${code}:\n${output}`)));
  });
}

async function addHistory(): Promise<void> {
  const settings = parseEnv(await readFile(join(projectRoot, '.data', 'demo', 'demo.env'), 'utf8'));
  await connectDatabase({ uri: settings['MONGODB_URI'] as string, autoIndex: false });
  for (const week of weeks) await JobRun.insertMany(weekOfRuns({ ...week, now }));
  const [feed] = await PropertyFeed.find().sort({ name: -1 });
  await PropertyFeed.updateOne(
    { _id: feed?._id },
    {
      removalGuard: {
        heldAt: new Date(now.getTime() - 3 * hour),
        reason: 'More listings left the feed at once than usual',
        count: 312,
        total: 1450,
      },
    },
  );
  const { locationId } = await Account.findOne().orFail();
  await Account.create({
    locationId,
    provider: 'outlook-web',
    email: 'viewings@aphrodite.example',
    status: 'needs-reauth',
    lastError: 'Outlook on the web asked for a sign-in',
    lastSyncedAt: new Date(now.getTime() - 26 * hour),
  });
  await disconnectDatabase();
}

async function takePicture(url: string, password: string): Promise<void> {
  const { browser, close } = await launchBrowser(testBrowser);
  try {
    const page = await browser.newPage();
    await page.authenticate({ username: 'operator', password });
    await page.setViewport({ width: 1120, height: 1180 });
    await page.goto(url);
    await page.screenshot({ path: file as `${string}.png`, optimizeForSpeed: false });
  } finally {
    await close();
  }
}
