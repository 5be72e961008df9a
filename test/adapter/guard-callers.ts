import test from 'ava';
import { pino } from 'pino';
import { guardCallers } from '../../adapter/guard-callers.ts';

test('a wrong token is logged with caller and path, a missing one is not; a right one ends the delay', async (t) => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const paused: number[] = [];
  const clock = { now: () => new Date(0), wait: async (ms: number) => void paused.push(ms) };
  const handle = guardCallers(
    async (request) => new Response('', { status: request.headers.get('authorization') === 'right' ? 200 : 401 }),
    clock,
    log,
  );
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await handle(new Request('http://x/metrics?q=secret', { headers }), '/metrics', '203.0.113.7')).status;
  };
  t.is(await ask(), 401);
  t.is(lines.length, 0);
  for (let i = 0; i < 6; i++) t.is(await ask('Bearer made-up-value'), 401);
  t.deepEqual(paused, [250]);
  t.is(lines.length, 6);
  t.like(JSON.parse(lines[0] ?? ''), { level: 40, address: '203.0.113.7', path: '/metrics' });
  t.false(lines.join('').includes('made-up-value') || lines.join('').includes('secret'));
  t.is(await ask('right'), 200);
  t.is(await ask('Bearer made-up-value'), 401);
  t.is(paused.length, 2, 'the right one waited, then nothing was held against the address');
});
