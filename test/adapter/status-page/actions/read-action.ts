import test from 'ava';
import { FormTokens } from '../../../../adapter/status-page/actions/form-tokens.ts';
import { readAction } from '../../../../adapter/status-page/actions/read-action.ts';

const now = new Date('2026-11-30T12:00:00Z');
const session = '0123456789abcdef0123456789abcdef';
const tokens = new FormTokens();

async function outcome(headers: Record<string, string | undefined>, body: string): Promise<unknown> {
  const all: Record<string, string | undefined> = {
    host: 'cron.example',
    origin: 'https://cron.example',
    cookie: `estio-cron-session=${session}`,
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const request = new Request('http://cron.example/actions/run', { method: 'POST', headers: given, body });
  const read = await readAction(request, tokens, now);
  return 'refusal' in read ? read.refusal.status : Object.fromEntries(read.fields);
}

const form = (more = '') => `token=${tokens.issue(session, now)}${more}`;

test('a form of our own page is let in, without its token', async (t) => {
  t.deepEqual(await outcome({}, form('&job=no-op&x=')), { job: 'no-op', x: '' });
  const charset = 'application/x-www-form-urlencoded; charset=UTF-8';
  t.deepEqual(await outcome({ 'content-type': charset }, form()), {});
});

test('behind a proxy, the host name that it passes on counts', async (t) => {
  const proxied = { host: '127.0.0.1:8787', origin: 'https://status.agency.example' };
  t.is(await outcome(proxied, form()), 403);
  t.deepEqual(await outcome({ ...proxied, 'x-forwarded-host': 'status.agency.example' }, form()), {});
});

test('forms of other origins, or of none, are refused', async (t) => {
  for (const origin of [undefined, 'null', 'https://evil.example', 'https://cron.example.evil.example', 'cron.example'])
    t.is(await outcome({ origin }, form('&job=no-op')), 403, origin);
});

test('without a token, with one of another session, a used one or one twice, it is refused', async (t) => {
  t.is(await outcome({}, 'job=no-op'), 403);
  t.is(await outcome({}, 'token=x'), 403);
  t.is(await outcome({ cookie: undefined }, form()), 403);
  t.is(await outcome({ cookie: `estio-cron-session=${'f'.repeat(32)}` }, form()), 403);
  const once = form();
  t.deepEqual(await outcome({}, once), {});
  t.is(await outcome({}, once), 403);
  t.is(await outcome({}, `${form()}&${form()}`), 400);
});

test('a request without a form is refused', async (t) => {
  for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x'])
    t.is(await outcome({ 'content-type': type }, form()), 415, type);
  t.is(await outcome({}, form('&job=a&job=b')), 400);
});
