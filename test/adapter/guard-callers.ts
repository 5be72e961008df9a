import test from 'ava';
import { pino } from 'pino';
import { guardCallers } from '../../adapter/guard-callers.ts';
import { router } from '../../adapter/routes.ts';

test('a wrong token is logged and slows its caller down until a right one, where one can be guessed', async (t) => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const paused: number[] = [];
  const clock = { now: () => new Date(0), wait: async (ms: number) => void paused.push(ms) };
  const answer = (request: Request) =>
    new Response('', { status: request.headers.get('authorization') === 'right' ? 200 : 401 });
  const routes = [
    { path: '/metrics', isGuessable: true as const, handle: answer },
    { path: '/api/cron/x', isGuessable: true as const, handle: () => new Response('', { status: 405 }) },
    { path: '/healthz', handle: () => new Response('') },
    { path: '/api/push/gmail', handle: answer },
  ];
  const handle = router(routes, new AbortController().signal, log, guardCallers(clock, log));
  const ask = async (authorization?: string, path = '/metrics') => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await handle(new Request(`http://x${path}?q=secret`, { headers }), path, '203.0.113.7')).status;
  };
  t.is(await ask(), 401);
  t.is(lines.length, 0);
  for (let i = 0; i < 6; i++) t.is(await ask('Bearer made-up-value'), 401);
  t.deepEqual(paused, [250]);
  t.is(lines.length, 6);
  t.like(JSON.parse(lines[0] ?? ''), { level: 40, address: '203.0.113.7', path: '/metrics' });
  t.false(lines.join('').includes('made-up-value') || lines.join('').includes('secret'));
  for (const path of ['/healthz', '/unknown', '/api/push/gmail']) await ask('Bearer made-up-value', path);
  t.is(paused.length, 1, 'nothing can be guessed there');
  t.is(lines.length, 6);
  await ask('Bearer made-up-value', '/api/cron/x');
  t.is(paused.length, 2, 'an error is no sign of a right token');
  t.is(await ask('right'), 200);
  t.is(await ask('Bearer made-up-value'), 401);
  t.is(paused.length, 3, 'the right one waited, then nothing was held against the address');
});
