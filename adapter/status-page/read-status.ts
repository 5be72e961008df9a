import { findLastRun, JobRun, type JobRunDoc } from '../../shared/models/job-run.ts';
import { coerceError } from '../../shared/platform/errors.ts';
import { version } from '../../shared/platform/version.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import { jobLateSince } from '../../shared/runs/late-jobs.ts';
import { nextRunAfter } from '../../shared/runs/schedule.ts';
import type { JobService } from '../job-service.ts';
import { readHost } from './read-host.ts';
import { readRecords } from './read-records.ts';
import type { JobStatus, RunMark, RunUnderWay, Status } from './status.ts';
import { startOfWeek } from './timeline.ts';

/** More than a job that runs every two minutes leaves in a week. */
const mostMarks = 6000;
const mostRecent = 10;

/** Reads everything that the page shows; without the database as much as there is. */
export async function readStatus(service: JobService): Promise<Status> {
  const { clock, config } = service;
  const jobs = [...service.jobs.values()].map(({ description }) => description);
  const now = clock.now();
  const general = { now, version, host: await readHost(service) };
  try {
    await service.history();
    const statuses = await Promise.all(jobs.map((job) => readJob(job, service, now)));
    return { ...general, jobs: statuses, records: await readRecords(config, now), databaseError: undefined };
  } catch (error) {
    return { ...general, jobs: jobs.map((job) => withoutHistory(job, service, now)), records: undefined, databaseError: coerceError(error).message };
  }
}

async function readJob(job: JobDescription, service: JobService, now: Date): Promise<JobStatus> {
  const [latest, week, recent] = await Promise.all([
    findLastRun(job.name),
    JobRun.find({ job: job.name, startedAt: { $gte: startOfWeek(now) } }, { startedAt: 1, durationMs: 1, status: 1 })
      .sort({ startedAt: -1 })
      .limit(mostMarks)
      .lean<JobRunDoc[]>(),
    JobRun.find({ job: job.name }).sort({ startedAt: -1 }).limit(mostRecent).lean<JobRunDoc[]>(),
  ]);
  const running = latest?.status === 'running' ? latest : undefined;
  const lastRun = running ? await JobRun.findOne({ job: job.name, status: { $nin: ['running', 'skipped'] } }).sort({ startedAt: -1 }).lean<JobRunDoc>() : latest;
  return {
    ...withoutHistory(job, service, now),
    lateSince: jobLateSince(job, latest, { config: service.config, clock: service.clock, watchedSince: service.startedAt }),
    underWay: underWayHere(job, service) ?? (running && { startedAt: running.startedAt, progress: running.progress }),
    lastRun: lastRun ?? undefined,
    week: week.reverse().map((run): RunMark => ({ startedAt: run.startedAt, durationMs: run.durationMs ?? 0, status: run.status })),
    recent,
  };
}

function withoutHistory(job: JobDescription, service: JobService, now: Date): JobStatus {
  return {
    description: job,
    nextRun: nextRunAfter(job.schedule, now),
    lateSince: undefined,
    underWay: underWayHere(job, service),
    lastRun: undefined,
    week: [],
    recent: [],
  };
}

/** A run of this very process: its progress is fresher than the database's. */
function underWayHere(job: JobDescription, service: JobService): RunUnderWay | undefined {
  const run = service.running().find((one) => one.job === job.name);
  return run && { startedAt: run.startedAt, progress: run.progress };
}
