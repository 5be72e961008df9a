import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { checkedLookup, checkHost, type Reach } from './checked-address.ts';
import { redirectOf } from './post-redirect.ts';

export interface PostRequest extends Reach {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly maxRedirects?: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

const maxAnswerBytes = 64 * 1024;

/** Reused connections must keep their reach. */
const agents = {
  public: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
  private: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
};

/** @throws {PrivateAddressError}; the signal's reason; socket errors */
export async function checkedPost(url: URL, wanted: PostRequest): Promise<PostAnswer> {
  for (let hop = 0; ; hop++) {
    const answer = await send(url, wanted);
    const next = hop < (wanted.maxRedirects ?? 0) ? redirectOf(url, answer.status, answer.headers.location) : undefined;
    if (!next) return answer;
    url = next;
  }
}

async function send(url: URL, { headers, body, signal, ...reach }: PostRequest): Promise<PostAnswer> {
  signal.throwIfAborted();
  checkHost(url.hostname, reach);
  const { http, https } = agents[reach.allowPrivate ? 'private' : 'public'];
  const options = {
    method: 'POST',
    headers: { 'content-length': Buffer.byteLength(body), ...headers },
    lookup: checkedLookup(reach),
    signal,
  };
  return new Promise<PostAnswer>((resolve, reject) => {
    const take = (answer: IncomingMessage) => {
      discard(answer);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
    };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: https }, take)
        : httpRequest(url, { ...options, agent: http }, take);
    request.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    request.end(body);
  });
}

/** Reading to the end keeps the connection. */
function discard(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on('error', () => undefined);
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) answer.destroy();
  });
}
