import test from 'ava';
import { pino } from 'pino';
import { createJobService } from '../../adapter/job-service.ts';
import { createMetrics } from '../../adapter/metrics.ts';
import { readConfig } from '../../shared/platform/config.ts';

test('an envelope that cannot be counted is logged and ends nothing', async (t) => {
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
