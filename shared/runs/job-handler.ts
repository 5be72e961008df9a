import { bearerCheck, unauthorized } from '../platform/bearer.ts';
import { UsageError } from '../platform/errors.ts';
import type { JobDescription } from './job.ts';
import type { RunEnvelope } from './run-guarded.ts';
import { parseRunParameters } from './run-parameters.ts';
import type { RunParameters } from './run-context.ts';

const methods = ['GET', 'POST'];

type JobRunner = (job: JobDescription, parameters: RunParameters) => Promise<RunEnvelope>;

export interface JobHandlerOptions {
  readonly job: JobDescription;
  /** The current one and, during rotation, the previous one. */
  readonly tokens: readonly (string | undefined)[];
  readonly run: JobRunner;
}

/** @throws {RangeError} without any token: fail closed */
export function jobHandler(options: JobHandlerOptions): (request: Request) => Promise<Response> {
  const isAuthorized = bearerCheck(options.tokens);
  return async function handleJob(request) {
    if (!methods.includes(request.method)) return methodNotAllowed(methods);
    if (!isAuthorized(request)) return unauthorized();
    let parameters: RunParameters;
    try {
      parameters = parseRunParameters(new URL(request.url).searchParams, options.job.parameters);
    } catch (error) {
      if (error instanceof UsageError) return json({ error: error.message }, 400);
      throw error;
    }
    const envelope = await options.run(options.job, parameters);
    return json(envelope, envelope.status === 'failed' ? 500 : 200);
  };
}

export function json(body: unknown, status: number, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

export function methodNotAllowed(allowed: readonly string[]): Response {
  return json({ error: `Method not allowed: expected ${allowed.join(' or ')}` }, 405, { allow: allowed.join(', ') });
}
