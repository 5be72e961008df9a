/** Every host must answer these alike. */

export interface Case {
  readonly title: string;
  readonly path: string;
  readonly method?: string;
  readonly authorization?: string;
  readonly expectedStatus: number;
}

export const secret = 'a-secret-of-the-conformance-test-0123456789';
const right = `Bearer ${secret}`;

export const cases: readonly Case[] = [
  { title: 'GET runs', path: '/api/cron/no-op', authorization: right, expectedStatus: 200 },
  { title: 'POST runs', path: '/api/cron/no-op', method: 'POST', authorization: right, expectedStatus: 200 },
  {
    title: 'the scheme in lower case',
    path: '/api/cron/no-op',
    authorization: `bearer ${secret}`,
    expectedStatus: 200,
  },
  { title: 'a parameter', path: '/api/cron/no-op?dryRun=1', authorization: right, expectedStatus: 200 },
  { title: 'one unit of two fails', path: '/api/cron/half', authorization: right, expectedStatus: 200 },
  { title: 'all of it fails', path: '/api/cron/fail', authorization: right, expectedStatus: 500 },
  { title: 'no token', path: '/api/cron/no-op', expectedStatus: 401 },
  { title: 'a wrong token', path: '/api/cron/no-op', authorization: `${right}x`, expectedStatus: 401 },
  { title: 'a wrong scheme', path: '/api/cron/no-op', authorization: `Basic ${secret}`, expectedStatus: 401 },
  {
    title: 'an unknown parameter',
    path: '/api/cron/no-op?feedId=64b000000000000000000000',
    authorization: right,
    expectedStatus: 400,
  },
  {
    title: 'a parameter that is no id',
    path: '/api/cron/no-op?accountId=1',
    authorization: right,
    expectedStatus: 400,
  },
  ...['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((method) => ({
    title: method,
    path: '/api/cron/no-op',
    method,
    authorization: right,
    expectedStatus: 405,
  })),
];

/** A host adds others. */
const comparedHeaders = ['content-type', 'cache-control', 'www-authenticate', 'allow'];

export async function answerOf(base: string, { path, method = 'GET', authorization }: Case): Promise<string> {
  const response = await fetch(base + path, { method, headers: authorization ? { authorization } : {} });
  const headers = Object.fromEntries(
    comparedHeaders.flatMap((name) =>
      response.headers.get(name) === null ? [] : [[name, response.headers.get(name)]],
    ),
  );
  const body = (await response.text())
    .replace(/"runId":"[0-9a-f]{24}"/, '"runId":"<id>"')
    .replace(/"startedAt":"[^"]+"/, '"startedAt":"<time>"')
    .replace(/"durationMs":\d+/, '"durationMs":"<ms>"');
  return JSON.stringify({ status: response.status, headers, body });
}
