/** Fails as networks and providers do, and logs every call with its price. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch as undiciFetch } from 'undici';

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface Fault {
  /** Method and path. Default: all. */
  readonly on?: RegExp;
  readonly when?: (request: ProxiedRequest) => boolean;
  readonly nth?: number | ((n: number) => boolean);
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly latencyMs?: number;
  readonly during?: () => Promise<unknown>;
  readonly truncate?: number;
  readonly drop?: 'before' | 'after';
  readonly hang?: boolean;
}

interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** 0: no answer. */
  status: number;
  readonly units: number;
}

export interface FaultProxyOptions {
  readonly target: string;
  /** Answers what the emulator lacks. */
  readonly answer?: (
    request: ProxiedRequest,
    forward: (path: string) => Promise<Response>,
  ) => Promise<Response | undefined>;
  readonly price?: (request: ProxiedRequest) => number;
}

export interface FaultProxy {
  readonly url: string;
  readonly calls: RecordedCall[];
  readonly peakInFlight: () => number;
  readonly units: () => number;
  /** The latest comes first. @returns its removal */
  readonly inject: (fault: Fault) => () => void;
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

const oneRequest = new Agent({ pipelining: 0 });

/** On a new connection: an emulator may close a kept one just when it is used. */
export async function fetchOnce(url: string, init: RequestInit): Promise<Response> {
  return (await undiciFetch(url, { ...init, dispatcher: oneRequest } as never)) as unknown as Response;
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let faults: { readonly fault: Fault; seen: number }[] = [];
  const calls: RecordedCall[] = [];
  let inFlight = 0;
  let peak = 0;

  const forward = (request: ProxiedRequest, path?: string) => forwardTo(options.target, request, path);

  function faultFor(request: ProxiedRequest): Fault {
    const combined: Fault[] = [];
    for (const entry of faults) {
      if (entry.fault.on && !entry.fault.on.test(`${request.method} ${request.path}`)) continue;
      if (entry.fault.when && !entry.fault.when(request)) continue;
      entry.seen += 1;
      const { nth } = entry.fault;
      if (nth === undefined || (typeof nth === 'number' ? nth === entry.seen : nth(entry.seen)))
        combined.push(entry.fault);
    }
    return Object.assign({}, ...combined.reverse()) as Fault;
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const call: RecordedCall = {
      method: request.method,
      path: request.path,
      query: request.query,
      status: 0,
      units: options.price?.(request) ?? 0,
    };
    calls.push(call);
    const fault = faultFor(request);
    if (fault.latencyMs) await sleep(fault.latencyMs);
    await fault.during?.();
    if (fault.hang) return;
    if (fault.drop === 'before') return void response.destroy();
    const answer =
      fault.status === undefined
        ? ((await options.answer?.(request, (path) => forward(request, path))) ?? (await forward(request)))
        : faultyAnswer(fault, fault.status);
    if (fault.drop === 'after') return void response.destroy();
    call.status = answer.status;
    await writeAnswer(response, answer, fault.truncate);
  }

  const server = createServer((incoming, response) => {
    inFlight += 1;
    peak = Math.max(peak, inFlight);
    response.on('close', () => (inFlight -= 1));
    serve(incoming, response).catch(() => response.destroy());
  });
  // Pooled connections must survive a benchmark's pause.
  server.keepAliveTimeout = 15 * 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    peakInFlight: () => peak,
    units: () => calls.reduce((sum, call) => sum + call.units, 0),
    inject(fault) {
      const entry = { fault, seen: 0 };
      faults.unshift(entry);
      return () => void (faults = faults.filter((other) => other !== entry));
    },
    reset() {
      faults = [];
      calls.length = 0;
      peak = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forwardTo(target: string, request: ProxiedRequest, path?: string): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of ['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding'])
    headers.delete(name);
  const query = request.query.toString();
  return fetchOnce(`${target}${path ?? request.path + (query ? `?${query}` : '')}`, {
    method: path === undefined ? request.method : 'GET',
    headers,
    redirect: 'manual',
    ...(path === undefined && request.body.length > 0 ? { body: new Uint8Array(request.body) } : {}),
  });
}

function faultyAnswer({ body, headers }: Fault, status: number): Response {
  const isText = typeof body === 'string';
  return new Response(isText ? body : JSON.stringify(body ?? {}), {
    status,
    headers: { 'content-type': isText ? 'text/html' : 'application/json', ...headers },
  });
}

async function readRequest(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://proxy');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: new Headers(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    ),
    body: Buffer.concat(chunks),
  };
}

async function writeAnswer(response: ServerResponse, answer: Response, truncate: number | undefined): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  const headers = Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !['content-length', 'content-encoding', 'transfer-encoding', 'connection'].includes(name),
    ),
  );
  response.writeHead(answer.status, { ...headers, 'content-length': body.length });
  if (truncate === undefined) return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.length * truncate)), () => response.destroy());
}
