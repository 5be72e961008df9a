import { Client, GraphError, HTTPMessageHandler } from '@microsoft/microsoft-graph-client';
import { second } from '../../platform/clock.ts';
import { backoffMs } from '../../platform/retry.ts';
import { MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import type { AccessToken } from './access-token.ts';
import { graphMailError, isHeavy, judgeGraphFailure, type GraphFailure, type GraphVerdict } from './graph-errors.ts';
import { maxWaitInPlace, MailboxGate } from './mailbox-gate.ts';

const attemptsInPlace = 4;
const attemptsAtPage = 2;
const backoff = { baseMs: 500, capMs: 8 * second };

interface GraphRequestOptions {
  readonly what: string;
  /** `Prefer: odata.maxpagesize`. */
  readonly pageSize?: number;
}

export interface GraphClient {
  /**
   * GETs a path such as `/me/messages?...` or a link from Graph.
   *
   * @returns undefined only for Graph's own 404
   * @throws {MailError} `too-large`, `timeout` (see `isHeavy`) and others
   */
  get<T>(pathOrLink: string, options: GraphRequestOptions): Promise<T | undefined>;
  send<T>(method: 'POST' | 'PATCH', path: string, body: object, options: GraphRequestOptions): Promise<T | undefined>;
}

interface GraphCall {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: object;
}

export function createGraphClient(token: AccessToken, context: MailboxContext, gate = new MailboxGate()): GraphClient {
  const { config, clock, signal } = context;
  const client = Client.initWithMiddleware({
    baseUrl: `${config.microsoftGraphUrl}/`,
    defaultVersion: 'v1.0',
    middleware: new HTTPMessageHandler(),
  });

  async function once<T>({ method, path, body }: GraphCall, options: GraphRequestOptions, accessToken: string) {
    context.count('graphRequests');
    const prefer = [
      'IdType="ImmutableId"',
      ...(options.pageSize === undefined ? [] : [`odata.maxpagesize=${options.pageSize}`]),
    ].join(', ');
    const request = client
      .api(path)
      .headers({ Authorization: `Bearer ${accessToken}`, Prefer: prefer })
      .options({
        signal: AbortSignal.any([signal, AbortSignal.timeout(config.mailRequestTimeout)]),
        redirect: 'error',
      });
    const answer: unknown = await (method === 'GET'
      ? request.get()
      : method === 'POST'
        ? request.post(body)
        : request.patch(body));
    if (answer instanceof ReadableStream) await answer.cancel();
    if (!isGraphAnswer(answer)) throw new GraphError(200, 'an answer that is neither an entity nor a collection');
    return answer as T;
  }

  return {
    get: async (pathOrLink, options) =>
      ask({ method: 'GET', path: ownPath(pathOrLink, config.microsoftGraphUrl) }, options),
    send: (method, path, body, options) => ask({ method, path, body }, options),
  };

  async function ask<T>(call: GraphCall, options: GraphRequestOptions): Promise<T | undefined> {
    let accessToken = await token.get();
    let refreshed = false;
    let denials = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await gate.run(() => once<T>(call, options, accessToken), clock, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        if (thrown instanceof MailError) throw thrown;
        const failure = describeFailure(thrown);
        const verdict = judgeGraphFailure(failure, clock.now());
        if (verdict.move === 'gone') return undefined;
        const error = graphMailError(verdict, failure, options.what, [accessToken]);
        if (verdict.move === 'refresh') {
          if (refreshed) throw error;
          refreshed = true;
          accessToken = await token.replace(accessToken, claimsOf(thrown));
          continue;
        }
        if (verdict.reaction === 'throttled') gate.pause(error);
        if (verdict.move === 'slower') gate.lower();
        // A denial may be disguised throttling: only the second counts.
        if (verdict.reaction === 'admin') denials += 1;
        if (isLast(verdict, options, attempt, denials)) throw error;
        const wait = waitBefore(verdict, attempt, clock.now());
        if (wait > maxWaitInPlace) throw error;
        await clock.wait(wait, signal);
      }
    }
  }
}

function isLast(verdict: GraphVerdict, { pageSize }: GraphRequestOptions, attempt: number, denials: number): boolean {
  if (verdict.move === 'lighter' || verdict.move === 'give-up') return true;
  if (verdict.reaction === 'admin') return denials > 1;
  return attempt >= (pageSize !== undefined && isHeavy(verdict) ? attemptsAtPage : attemptsInPlace);
}

/**
 * The part after `<Graph>/v1.0`. A foreign link would leak the token.
 *
 * @throws {MailError} `operator`
 */
export function ownPath(pathOrLink: string, graphUrl: string): string {
  if (pathOrLink.startsWith('/')) return pathOrLink;
  const base = new URL(graphUrl);
  const link = URL.canParse(pathOrLink) ? new URL(pathOrLink) : undefined;
  const prefix = `${base.pathname.replace(/\/$/, '')}/v1.0/`;
  if (link && link.origin === base.origin && link.username === '' && link.pathname.startsWith(prefix)) {
    return link.pathname.slice(prefix.length - 1) + link.search;
  }
  throw new MailError(
    `Graph returned a link to another host: expected ${base.origin}${prefix}, got ` +
      `${link?.origin ?? 'something that is no address'}. The access token is not sent there`,
    {
      code: 'foreign-link',
      reaction: 'operator',
    },
  );
}

/** Such a link would never end. */
export function leadsNowhere(what: string): MailError {
  return new MailError(`Graph, ${what}: a page of the answer links to itself`, {
    code: 'bad-answer',
    reaction: 'retry',
  });
}

/** The library returns HTML as a stream, also an object. */
function isGraphAnswer(answer: unknown): answer is object {
  if (typeof answer !== 'object' || answer === null) return false;
  const { id, value } = answer as { readonly id?: unknown; readonly value?: unknown };
  return (typeof id === 'string' && id !== '') || Array.isArray(value);
}

function describeFailure(thrown: unknown): GraphFailure {
  const cause = thrown instanceof GraphError && thrown.statusCode === -1 ? (thrown.cause ?? thrown) : thrown;
  if (cause instanceof GraphError && cause.statusCode !== -1) {
    // fetch: "terminated" is a cut connection; a wrong length shows as broken JSON.
    const cutShort = cause.statusCode < 400 && (cause.code === 'SyntaxError' || /\bterminated\b/.test(cause.message));
    return {
      status: cause.statusCode,
      code: cause.code ?? '',
      message: cause.message,
      retryAfter: headersOf(cause)?.get('retry-after') ?? null,
      cutShort,
    };
  }
  const { name, message } =
    cause instanceof Error
      ? { name: (cause as GraphError).code ?? cause.name, message: cause.message }
      : { name: '', message: String(cause) };
  return {
    status: 0,
    code: '',
    message: message || 'no answer',
    timedOut: name === 'TimeoutError' || /aborted due to timeout/i.test(message),
  };
}

function headersOf(error: GraphError): Headers | undefined {
  return (error as { headers?: Headers }).headers;
}

/** A 401 may demand claims, in base64 (continuous access evaluation). */
function claimsOf(thrown: unknown): string | undefined {
  const challenge = thrown instanceof GraphError ? headersOf(thrown)?.get('www-authenticate') : undefined;
  const encoded = /claims="([A-Za-z0-9+/=_-]+)"/.exec(challenge ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

function waitBefore(verdict: GraphVerdict, attempt: number, now: Date): number {
  if (verdict.notBefore) return Math.max(0, verdict.notBefore.getTime() - now.getTime());
  return backoffMs(attempt, backoff, 0.5 + Math.random() / 2);
}
