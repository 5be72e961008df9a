import test from 'ava';
import fc from 'fast-check';
import { readConfig, readServerConfig, settings } from '../../shared/platform/config.ts';
import { jobLockPath } from '../../shared/runs/job-lock.ts';
import { ConfigError } from '../../shared/platform/errors.ts';

function problems(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

test('a value that is far too long is refused and not repeated', (t) => {
  const long = 'x'.repeat(9000);
  for (const name of ['CRON_SECRET', 'STATUS_PASSWORD', 'HOST', 'FEED_FOLDERS', 'MICROSOFT_CLIENT_ID']) {
    const error = t.throws(() => readConfig({ [name]: long }));
    t.regex(error.message, new RegExp(`${name}: expected .*, got a value of 9000 characters`), name);
  }
  t.throws(() => readConfig({ CRON_SECRET: 'x'.repeat(513) }));
  t.is(readConfig({ CRON_SECRET: 'x'.repeat(512) }).cronSecret?.length, 512);
});

test('an empty environment gives the defaults', (t) => {
  const config = readConfig({});
  t.like(config, {
    host: '127.0.0.1',
    port: 8787,
    cronBudget: 1_800_000,
    cronGrace: 60_000,
    cronMinFreeMb: 500,
    cronMaxLoad: 4,
    trashRetentionDays: 30,
    cronLock: 'file',
  });
  t.is(config.cronSecret, undefined);
  t.deepEqual(
    config,
    readConfig(Object.fromEntries(Object.values(settings).map(({ env }) => [env, '  ']))),
    'empty means unset',
  );
});

test('all problems are reported at once, each with what was expected and what came', (t) => {
  const error = t.throws(
    () => readConfig({ PORT: 'eighty', CRON_LOCK: 'redis', CRON_BUDGET: '10', FEED_ALLOW_PRIVATE: 'maybe' }),
    { instanceOf: ConfigError },
  );
  t.deepEqual(error.problems, [
    'PORT: expected a whole number from 0 to 65535, got "eighty"',
    'CRON_LOCK: expected one of file, mongo, got "redis"',
    'CRON_BUDGET: expected a length of time from 1s to 24h, such as 90s, 30m or 2h, got "10"',
    'FEED_ALLOW_PRIVATE: expected 1 (on) or 0 (off), got "maybe"',
  ]);
  for (const problem of error.problems) t.true(error.message.includes(problem));
});

test('a price of a Gmail method that does not exist is refused', (t) => {
  t.deepEqual(problems({ GMAIL_UNIT_PRICES: 'messages.get=5,getProfile=2' }), []);
  t.is(problems({ GMAIL_UNIT_PRICES: 'messages.gte=5' }).length, 1);
  t.is(problems({ GMAIL_UNIT_PRICES: 'messages.get=five' }).length, 1);
});

test('no secret appears in a problem, whatever it is', (t) => {
  const secrets = Object.values(settings).filter(({ secret }) => secret);
  t.true(secrets.length >= 8);
  fc.assert(
    fc.property(fc.constantFrom(...secrets), fc.string({ minLength: 5 }), ({ env }, value) => {
      const found = problems({ [env]: value }).filter((problem) => problem.startsWith(`${env}:`));
      return found.every((problem) => problem.endsWith(`got a value of ${value.length} characters (not shown)`));
    }),
  );
  const given = problems({
    MONGODB_URI: 'postgres://user:topsecret@host/db',
    CRON_SECRET: 'hunter2',
    CREDENTIALS_KEY: 'a'.repeat(44),
  });
  t.is(given.length, 3);
  t.notRegex(given.join(), /topsecret|hunter2|aaaa/);
});

test('the server needs a secret of 32 characters', (t) => {
  t.throws(() => readServerConfig({}), {
    instanceOf: ConfigError,
    message: /CRON_SECRET: expected a secret of 32 to 512 characters.*, got nothing/,
  });
  t.regex(problems({ CRON_SECRET: 'x'.repeat(31) })[0]!, /CRON_SECRET: .* got a value of 31 characters/);
  t.is(readServerConfig({ CRON_SECRET: 'x'.repeat(32) }).cronSecret, 'x'.repeat(32));
  for (const [CRON_SECRET, got] of [
    ['', 'nothing'],
    [' ', 'nothing'],
    ['short', 'a value of 5 characters'],
  ] as const) {
    const { problems: all } = t.throws(() => readServerConfig({ CRON_SECRET, PORT: 'abc' }), {
      instanceOf: ConfigError,
    });
    t.is(all.length, 2);
    t.true(all[0]!.startsWith('CRON_SECRET: ') && all[0]!.includes(`got ${got}`), all[0]);
    t.regex(all[1]!, /^PORT: /);
  }
});

test('a webhook needs the secret that signs it', (t) => {
  t.regex(
    problems({ EVENT_WEBHOOK_URL: 'https://crm.example/events' })[0]!,
    /EVENT_WEBHOOK_SECRET: expected whsec_.* because EVENT_WEBHOOK_URL is set/,
  );
  t.is(
    readConfig({ EVENT_WEBHOOK_URL: 'https://crm.example/hook/', EVENT_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` })
      .eventWebhookUrl,
    'https://crm.example/hook/',
  );
  t.deepEqual(
    problems({ EVENT_WEBHOOK_URL: 'https://crm.example/events', EVENT_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` }),
    [],
  );
});

test('all that run jobs on a host agree on the folder of the locks', (t) => {
  t.is(jobLockPath('no-op', readConfig({ TMPDIR: '/elsewhere' })), '/tmp/estio-cron-no-op.lock');
  t.is(jobLockPath('no-op', readConfig({ CRON_LOCK_DIR: '/run/estio' })), '/run/estio/estio-cron-no-op.lock');
  for (const relative of ['locks', './locks', '~/locks'])
    t.deepEqual(problems({ CRON_LOCK_DIR: relative }), [
      `CRON_LOCK_DIR: expected a path that begins with /, got "${relative}"`,
    ]);
});

test('each job may have a ping of its own', (t) => {
  t.deepEqual(readConfig({ CRON_PING_URL_SYNC_FEEDS: 'https://hc.example/1/' }).jobPingUrls, {
    SYNC_FEEDS: 'https://hc.example/1',
  });
  t.regex(problems({ CRON_PING_URL_SYNC_FEEDS: 'nowhere' })[0]!, /^CRON_PING_URL_SYNC_FEEDS: expected an address/);
});
