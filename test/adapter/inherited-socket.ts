import net, { type AddressInfo } from 'node:net';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { inheritedSocket } from '../../adapter/inherited-socket.ts';
import { models } from '../../shared/models/index.ts';
import { startAdapter, testSecret } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

test('only a socket passed to this process is used', (t) => {
  const cases: readonly [string, Readonly<Record<string, string>>, number | undefined][] = [
    ['none', {}, undefined],
    ['ours', { LISTEN_PID: '7', LISTEN_FDS: '1' }, 3],
    ['the first of two', { LISTEN_PID: '7', LISTEN_FDS: '2' }, 3],
    ["a parent's", { LISTEN_PID: '6', LISTEN_FDS: '1' }, undefined],
    ['no number of sockets', { LISTEN_PID: '7', LISTEN_FDS: 'one' }, undefined],
    ['no sockets', { LISTEN_PID: '7', LISTEN_FDS: '0' }, undefined],
  ];
  for (const [name, environment, descriptor] of cases) t.is(inheritedSocket(environment, 7), descriptor, name);
});

/** Never accepted from, as by systemd. */
function boundSocket(t: ExecutionContext): { readonly port: number; readonly descriptor: number } {
  interface Handle {
    readonly fd: number;
    getsockname(address: object): number;
    close(): void;
  }
  const { _createServerHandle: bind } = net as unknown as { _createServerHandle: (...where: unknown[]) => Handle };
  const handle = bind('127.0.0.1', 0, 4);
  t.teardown(() => handle.close());
  const address = {} as AddressInfo;
  handle.getsockname(address);
  return { port: address.port, descriptor: handle.fd };
}

test('while one adapter ends and the next one starts, calls to the socket wait and none is refused', async (t) => {
  const { port, descriptor } = boundSocket(t);
  const start = () =>
    startAdapter(t, {
      args: ['--functions', jobsFolder()],
      environment: { MONGODB_URI: databaseUri(), PORT: '1' },
      socket: descriptor,
    });
  const old = await start();
  t.is(old.url, `http://127.0.0.1:${port}`);
  // A run keeps the old adapter from ending at once.
  const patient = old.request('/api/cron/patient');
  await old.logged((line) => line.msg === 'started' && line['job'] === 'patient');
  old.kill('SIGTERM');
  await old.logged((line) => line.msg === 'shutting down');
  const call = fetch(`http://127.0.0.1:${port}/api/cron/no-op`, {
    headers: { authorization: `Bearer ${testSecret}`, connection: 'close' },
  });
  t.is((await patient).status, 200);
  t.is(await old.exited, 0);
  await start();
  const answer = await call;
  t.is(answer.status, 200);
  t.like(await answer.json(), { job: 'no-op', status: 'succeeded' });
});
