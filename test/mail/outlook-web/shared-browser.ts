import test from 'ava';
import { createSharedBrowser } from '../../../shared/mail/outlook-web/shared-browser.ts';
import { hasReaction } from '../../../shared/mail/mail-error.ts';
import { testContext } from '../../doubles/run-context.ts';

const { signal } = new AbortController();

test.serial('one browser serves one account after the other', async (t) => {
  const { config, log } = testContext();
  const shared = createSharedBrowser(config, log);
  try {
    const first = await shared.lease(signal);
    let served = false;
    const second = shared.lease(signal).then((lease) => {
      served = true;
      return lease;
    });
    await first.browser.browser.version();
    t.false(served);
    first.release();
    const lease = await second;
    t.is(lease.browser.pid, first.browser.pid);
    lease.release();
  } finally {
    await shared.close();
  }
});

test.serial('a browser that has grown too large, or has died, is replaced between two accounts', async (t) => {
  const { config, log } = testContext({ environment: { CHROMIUM_MAX_MB: '100' } });
  const small = { ...config, chromiumMaxMb: 1 };
  const shared = createSharedBrowser(small, log);
  try {
    const first = await shared.lease(signal);
    first.release();
    const second = await shared.lease(signal);
    t.not(second.browser.pid, first.browser.pid);
    t.throws(() => process.kill(first.browser.pid, 0), { code: 'ESRCH' });
    process.kill(second.browser.pid, 'SIGKILL');
    second.release();
    const third = await shared.lease(signal);
    t.not(third.browser.pid, second.browser.pid);
    t.truthy(await third.browser.browser.version());
    third.release();
  } finally {
    await shared.close();
  }
});

test.serial('no browser is started when memory is short, and the next account gets its turn', async (t) => {
  const { config, log } = testContext({ environment: { CRON_MIN_FREE_MB: '1048576' } });
  const shared = createSharedBrowser(config, log);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const error = await t.throwsAsync(shared.lease(signal), { code: 'low-memory' });
    t.true(hasReaction(error, 'busy'));
  }
  await shared.close();
});
