/** `GET /metrics` for Prometheus (Prometheus docs, "Metric and label naming"). */

import { Event } from '../shared/models/event.ts';
import { findLastRun } from '../shared/models/last-run.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { version } from '../shared/platform/version.ts';
import type { RunEnvelope } from '../shared/runs/run-guarded.ts';
import { releaseName } from './installation.ts';
import type { JobService } from './job-service.ts';
import { readLocks } from './read-locks.ts';

export interface Metrics {
  observe(envelope: RunEnvelope): void;
  render(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Seconds: from an idle poll to the budget. */
const durationBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800];

const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

export function createMetrics(service: JobService, log: Logger): Metrics {
  let loaded: Promise<Metrics> | undefined;
  const load = () =>
    (loaded ??= loadMetrics(service, log).catch((error: unknown) => {
      // An update may be replacing packages: try again.
      loaded = undefined;
      throw error;
    }));
  return {
    observe: (envelope) =>
      void load()
        .then((metrics) => metrics.observe(envelope))
        .catch((error: unknown) => log.error({ job: envelope.job, err: error }, 'a run is missing from the metrics')),
    render: async () => (await load()).render(),
  };
}

async function defineMetrics() {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  // Gauges that are called like counters.
  for (const name of misnamed) registry.removeSingleMetric(name);
  const runs = new Counter({
    name: 'estio_cron_runs_total',
    help: 'Runs and skips of this process.',
    labelNames: ['job', 'status'],
    registers,
  });
  const counts = new Counter({
    name: 'estio_cron_items_total',
    help: 'What the runs of this process counted.',
    labelNames: ['job', 'item'],
    registers,
  });
  const durations = new Histogram({
    name: 'estio_cron_run_duration_seconds',
    help: 'How long runs took.',
    labelNames: ['job'],
    buckets: durationBuckets,
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'estio_cron_last_success_timestamp_seconds',
    help: 'When a job last succeeded.',
    labelNames: ['job'],
    registers,
  });
  const waiting = new Gauge({
    name: 'estio_cron_waiting',
    help: 'Due mailboxes, feeds and records that the last complete run of a job left undone.',
    labelNames: ['job'],
    registers,
  });
  const held = new Gauge({
    name: 'estio_cron_locks_held',
    help: 'Whether the lock of a job is held, by any process.',
    labelNames: ['job'],
    registers,
  });
  const events = new Gauge({
    name: 'estio_cron_events',
    help: 'Events that are not delivered.',
    labelNames: ['status'],
    registers,
  });
  const databaseUp = new Gauge({
    name: 'estio_cron_database_up',
    help: 'Whether the database answers.',
    registers,
  });
  new Gauge({
    name: 'estio_cron_build_info',
    help: 'The release that runs.',
    labelNames: ['version', 'release'],
    registers,
  }).set({ version, release: releaseName() }, 1);
  return { registry, runs, counts, durations, lastSuccess, waiting, held, events, databaseUp };
}

async function loadMetrics(service: JobService, log: Logger): Promise<Metrics> {
  const { registry, runs, counts, durations, lastSuccess, waiting, held, events, databaseUp } = await defineMetrics();
  for (const job of service.jobs.keys()) {
    for (const status of ['succeeded', 'partial', 'failed', 'skipped']) runs.inc({ job, status }, 0);
  }

  /** Without the database the process's own metrics remain. */
  async function readDatabase(): Promise<void> {
    await service.database();
    for (const job of service.jobs.keys()) {
      const run = await findLastRun(job, { status: 'succeeded', isWhole: true });
      if (run) lastSuccess.set({ job }, (run.finishedAt ?? run.startedAt).getTime() / 1000);
      const last = await findLastRun(job, { isWhole: true, isFinished: true });
      waiting.set({ job }, last?.waiting ?? 0);
    }
    for (const status of ['pending', 'dead'] as const) events.set({ status }, await Event.countDocuments({ status }));
  }

  return {
    observe(envelope) {
      const { job, status } = envelope;
      runs.inc({ job, status });
      if (envelope.status === 'skipped') return;
      durations.observe({ job }, envelope.durationMs / 1000);
      for (const [item, count] of Object.entries(envelope.counts)) if (count > 0) counts.inc({ job, item }, count);
    },
    async render() {
      const locked = new Set((await readLocks(service)).map(({ job }) => job));
      for (const job of service.jobs.keys()) held.set({ job }, locked.has(job) ? 1 : 0);
      await readDatabase().then(
        () => databaseUp.set(1),
        (error: unknown) => {
          databaseUp.set(0);
          log.warn({ err: error }, 'metrics without the database');
        },
      );
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
