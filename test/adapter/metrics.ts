import test from 'ava';
import { pino } from 'pino';
import { createJobService } from '../../adapter/job-service.ts';
import { createMetrics } from '../../adapter/metrics.ts';
import { readConfig } from '../../shared/platform/config.ts';

test('an envelope that cannot be counted is logged and stops nothing', async (t) => {
  const logged = Promise.withResolvers<string>();
  const log = pino({ level: 'error' }, { write: (line: string) => logged.resolve(line) });
  const service = createJobService({ config: readConfig({}), log, jobs: new Map(), logFd: 1, prettyLog: false });
  const metrics = createMetrics(service, log);
  metrics.observe({
    job: 'no-op',
    runId: '1',
    status: 'succeeded',
    startedAt: '',
    durationMs: 1,
    counts: { done: Infinity },
    errors: [],
  });
  t.like(JSON.parse(await logged.promise), { job: 'no-op', msg: 'a run is missing from the metrics' });
});

/** Rules of client_golang's promlint. */
function lint(text: string): string[] {
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const helps = new Set([...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name));
  const rules: [string, (name: string, type: string) => boolean][] = [
    ['no help text', (name) => helps.has(name)],
    ['a counter ends with _total', (name, type) => type !== 'counter' || name.endsWith('_total')],
    ['only a counter ends with _total', (name, type) => type === 'counter' || !name.endsWith('_total')],
    ['a suffix of histograms', (name, type) => type === 'histogram' || !name.endsWith('_bucket')],
    ['a suffix of summaries', (name, type) => /histogram|summary/.test(type) || !/_(count|sum)$/.test(name)],
    ['its type in its name', (name) => !/_(gauge|counter|histogram|summary|untyped)(_|$)/.test(name)],
    ['a reserved character', (name) => !name.includes(':')],
    ['camel case', (name) => !/[a-z][A-Z]/.test(name)],
    ['no base unit', (name) => !/_(milli|micro|nano|kilo|mega|giga)?(minutes|hours|days|weeks|bits)(_|$)/.test(name)],
    [
      'no base unit',
      (name) => !/_(milli|micro|nano|kilo|mega|giga)(seconds|bytes|meters|volts|amperes|grams)/.test(name),
    ],
    ['an abbreviated unit', (name) => !/_(s|ms|us|ns|sec|b|kb|mb|gb|tb|pb|m|h|d)(_|$)/.test(name)],
  ];
  return [...types].flatMap(([name, type]) =>
    rules.filter(([, keeps]) => !keeps(name, type)).map(([rule]) => `${name} (${type}): ${rule}`),
  );
}

test('the linter is as strict as the one of Prometheus', (t) => {
  t.is(lint('# HELP a_total x\n# TYPE a_total gauge\n').length, 1);
  t.is(lint('# TYPE runs counter\n').length, 2);
  t.is(lint('# HELP lag_ms x\n# TYPE lag_ms gauge\n').length, 1);
});

test('metrics are named as Prometheus wants them, and tell whether the database answers', async (t) => {
  const log = pino({ level: 'silent' });
  const config = readConfig({ MONGODB_URI: 'mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=100' });
  const service = createJobService({ config, log, jobs: new Map(), logFd: 1, prettyLog: false });
  const metrics = createMetrics(service, log);
  const { text } = await metrics.render();
  t.deepEqual(lint(text), []);
  t.regex(text, /^estio_cron_database_up 0$/m);
  await service.close();
});
