import { JobRun } from '../../shared/models/job-run.ts';
import { findLastRun, findTogether, tickKey } from '../../shared/models/last-run.ts';
import { readRun, type StoredRun } from '../../shared/models/read-run.ts';
import { storedNumber } from '../../shared/models/stored-value.ts';
import { coerceError } from '../../shared/platform/errors.ts';
import { version } from '../../shared/platform/version.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import { jobLateSince } from '../../shared/runs/late-jobs.ts';
import { nextRunAfter } from '../../shared/runs/schedule.ts';
import type { JobService } from '../job-service.ts';
import { readHost } from './read-host.ts';
import { readRecords } from './read-records.ts';
import type { JobStatus, RunMark, RunUnderWay, Status } from './status.ts';
import { minGapMs, startOfWeek } from './timeline.ts';

const maxRecent = 10;
const maxDurations = 60;

/** Without the database, what is left. */
export async function readStatus(service: JobService): Promise<Status> {
  const { clock, config } = service;
  const jobs = [...service.jobs.values()].map(({ description }) => description);
  const now = clock.now();
  const general = { now, version, canAct: config.statusActions, host: await readHost(service) };
  try {
    await service.history();
    const statuses = await Promise.all(jobs.map((job) => readJob(job, service, now)));
    return { ...general, jobs: statuses, records: await readRecords(config, now), databaseError: undefined };
  } catch (error) {
    return {
      ...general,
      jobs: jobs.map((job) => withoutHistory(job, service, now)),
      records: undefined,
      databaseError: coerceError(error).message,
    };
  }
}

async function readJob(job: JobDescription, service: JobService, now: Date): Promise<JobStatus> {
  const [latest, latestWhole, lastRun, week, durations, recent] = await Promise.all([
    findLastRun(job.name),
    findLastRun(job.name, { isWhole: true }),
    findLastRun(job.name, { isWhole: true, isFinished: true }),
    readMarks(job.name, startOfWeek(now)),
    readDurations(job.name, startOfWeek(now)),
    JobRun.find({ job: job.name }).sort({ startedAt: -1 }).limit(maxRecent).lean<StoredRun[]>(),
  ]);
  const mates = (lastRun && (await findTogether([lastRun])).get(tickKey(lastRun) ?? '')) ?? [];
  const running = latest?.status === 'running' ? latest : undefined;
  return {
    ...withoutHistory(job, service, now),
    lateSince: jobLateSince(job, latestWhole, {
      config: service.config,
      clock: service.clock,
      watchedSince: service.startedAt,
    }),
    underWay: underWayHere(job, service) ?? (running && underWay(running)),
    lastRun,
    lastRuns: mates.length > 1 ? mates : [],
    week,
    durations,
    recent: recent.map(readRun),
  };
}

/** Grouped by the database: a week may have ten thousand runs. */
async function readMarks(job: string, since: Date): Promise<RunMark[]> {
  const place = { $floor: { $divide: [{ $subtract: ['$startedAt', since] }, minGapMs] } };
  return JobRun.aggregate<RunMark>([
    { $match: { job, startedAt: { $gte: since, $not: { $type: 'array' } } } },
    {
      $group: {
        _id: { status: '$status', place },
        startedAt: { $min: '$startedAt' },
        durationMs: { $max: { $cond: [{ $isNumber: '$durationMs' }, { $toDouble: '$durationMs' }, 0] } },
        count: { $sum: 1 },
      },
    },
    { $project: { _id: 0, status: '$_id.status', startedAt: 1, durationMs: 1, count: 1 } },
    { $sort: { startedAt: 1 } },
  ]);
}

async function readDurations(job: string, since: Date): Promise<number[]> {
  const runs = await JobRun.find(
    { job, status: { $in: ['succeeded', 'partial'] }, startedAt: { $gte: since }, parameters: null },
    { _id: 0, durationMs: 1 },
  )
    .sort({ startedAt: -1 })
    .limit(maxDurations)
    .lean<Pick<StoredRun, 'durationMs'>[]>();
  return runs.reverse().map(({ durationMs }) => storedNumber(durationMs) ?? 0);
}

function withoutHistory(job: JobDescription, service: JobService, now: Date): JobStatus {
  return {
    description: job,
    nextRun: nextRunAfter(job.schedule, now),
    lateSince: undefined,
    underWay: underWayHere(job, service),
    lastRun: undefined,
    lastRuns: [],
    week: [],
    durations: [],
    recent: [],
  };
}

/** Fresher than the database. */
function underWayHere(job: JobDescription, service: JobService): RunUnderWay | undefined {
  const run = service.running().find((one) => one.job === job.name);
  return run && underWay(run);
}

function underWay({ runId = '', startedAt, progress }: Partial<RunUnderWay> & Pick<RunUnderWay, 'startedAt'>) {
  return { runId, startedAt, progress };
}
