/** The HTTP contract: exact path (or `/a/*`), methods, handler. Any other spelling is 404. */

import { bearerCheck, unauthorized } from '../shared/platform/bearer.ts';
import { second, waitAtMost } from '../shared/platform/clock.ts';
import { pingDatabase } from '../shared/platform/database.ts';
import { coerceError, DatabaseError, UsageError } from '../shared/platform/errors.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { maskPath } from '../shared/platform/mask-url.ts';
import { json, jobHandler, methodNotAllowed } from '../shared/runs/job-handler.ts';
import { findLateJobs, type LateJob } from '../shared/runs/late-jobs.ts';
import { listRuns, parseRunsQuery } from '../shared/runs/list-runs.ts';
import { installationProblem } from './installation.ts';
import type { JobService } from './job-service.ts';
import type { Metrics } from './metrics.ts';

type Handler = (request: Request, path: string) => Promise<Response> | Response;

export interface Route {
  readonly path: string;
  /** Absent if the handler itself answers 405. */
  readonly methods?: readonly string[];
  readonly isGuessable?: true;
  readonly handle: Handler;
}

export interface RoutesOptions {
  readonly service: JobService;
  readonly metrics: Metrics;
  readonly tokens: readonly (string | undefined)[];
  readonly readTokens?: readonly (string | undefined)[];
  /** Aborts at shutdown. */
  readonly shutdown: AbortSignal;
}

const read = ['GET', 'HEAD'];

export function apiRoutes(options: RoutesOptions): Route[] {
  const { service, metrics, tokens, readTokens = [], shutdown } = options;
  const isAuthorized = bearerCheck([...tokens, ...readTokens]);
  const withToken =
    (handle: Handler): Handler =>
    (request, path) =>
      isAuthorized(request) ? handle(request, path) : unauthorized();
  const jobs = [...service.jobs.values()].map(({ description, file }) => ({
    path: `/api/cron/${description.name}`,
    isGuessable: true as const,
    handle: whenInstalled(
      file,
      jobHandler({
        job: description,
        tokens,
        run: (job, parameters) => service.run(job, { trigger: 'cron', parameters, signal: shutdown }),
      }),
    ),
  }));
  return [
    { path: '/healthz', methods: read, handle: (request) => health(service, request) },
    { path: '/readyz', methods: read, handle: () => readiness(service) },
    {
      path: '/api/runs',
      methods: read,
      isGuessable: true,
      handle: withToken((request) => runHistory(service, request)),
    },
    { path: '/metrics', methods: read, isGuessable: true, handle: withToken(() => renderMetrics(metrics)) },
    ...jobs,
  ];
}

function whenInstalled(bundle: string, handle: (request: Request) => Promise<Response>): Handler {
  return (request) => {
    const problem = installationProblem(bundle);
    return problem === undefined ? handle(request) : json({ error: problem }, 503, { 'retry-after': '60' });
  };
}

/** Whether the process answers; with `?strict=1` also whether a job is late. */
async function health(service: JobService, request: Request): Promise<Response> {
  const strict = new URL(request.url).searchParams.get('strict') ?? '0';
  if (['0', 'false'].includes(strict)) return json({ status: 'ok' }, 200);
  // A misspelt check must not succeed.
  if (!['1', 'true', ''].includes(strict))
    return json({ error: `strict: expected 1 or 0, got ${JSON.stringify(strict.slice(0, 50))}` }, 400);
  try {
    const late = await inTime(lateJobs(service));
    return late.length === 0 ? json({ status: 'ok' }, 200) : json({ status: 'late', late }, 503);
  } catch (error) {
    return json({ status: 'not-ready', error: coerceError(error).message }, 503);
  }
}

async function lateJobs(service: JobService): Promise<LateJob[]> {
  await service.history();
  const jobs = [...service.jobs.values()].map(({ description }) => description);
  return findLateJobs(jobs, { config: service.config, clock: service.clock, watchedSince: service.startedAt });
}

/** ms; checkers give up after some seconds. */
const checkTimeoutMs = 5 * second;

async function inTime<T>(work: Promise<T>): Promise<T> {
  if (!(await waitAtMost(checkTimeoutMs, work))) throw new DatabaseError(noAnswer);
  return work;
}

const noAnswer = 'The database does not answer';

async function renderMetrics(metrics: Metrics): Promise<Response> {
  const { text, contentType } = await metrics.render();
  return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
}

async function runHistory(service: JobService, request: Request): Promise<Response> {
  try {
    const query = parseRunsQuery(new URL(request.url).searchParams, [...service.jobs.keys()]);
    await service.history();
    return json(await listRuns(query), 200);
  } catch (error) {
    if (error instanceof UsageError) return json({ error: error.message }, 400);
    const known = coerceError(error);
    if (known instanceof DatabaseError) return json({ error: known.message }, 503);
    throw error;
  }
}

async function readiness(service: JobService): Promise<Response> {
  try {
    if (!(await inTime(service.database().then(() => pingDatabase())))) throw new DatabaseError(noAnswer);
    return json({ status: 'ready' }, 200);
  } catch (error) {
    return json({ status: 'not-ready', error: coerceError(error).message }, 503);
  }
}

export type Guard = (
  handle: () => Promise<Response>,
  request: Request,
  path: string,
  peer?: string,
) => Promise<Response>;

/** @param guard of guessable routes only: what others answer says nothing about the caller */
export function router(
  routes: readonly Route[],
  shutdown: AbortSignal,
  log: Logger,
  guard: Guard = (handle) => handle(),
): (request: Request, path: string, peer?: string) => Promise<Response> {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  const below = routes.filter((route) => route.path.endsWith('/*'));
  return async function handleRequest(request, path, peer) {
    const route = byPath.get(path) ?? below.find((one) => path.startsWith(one.path.slice(0, -1)));
    if (!route) return json({ error: 'Not found' }, 404);
    if (shutdown.aborted) return json({ error: 'The server is shutting down' }, 503, { 'retry-after': '30' });
    if (route.methods && !route.methods.includes(request.method)) return methodNotAllowed(route.methods);
    const handle = async () => {
      try {
        return await route.handle(request, path);
      } catch (error) {
        log.error({ err: error, path: maskPath(path) }, 'a request failed');
        return json({ error: 'Internal error: see the log' }, 500);
      }
    };
    return route.isGuessable ? guard(handle, request, path, peer) : handle();
  };
}
