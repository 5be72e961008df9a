import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';

const logger = new URL('../../shared/platform/logger.ts', import.meta.url).href;
const errors = new URL('../../shared/platform/errors.ts', import.meta.url).href;

async function logged(
  body: string,
  options = '{ level: "info", fd: 1 }',
  environment: Readonly<Record<string, string>> = {},
): Promise<{ out: string; err: string }> {
  const program = `
    const { createLogger } = await import(${JSON.stringify(logger)});
    const { EstioError } = await import(${JSON.stringify(errors)});
    const log = await createLogger(${options});
    ${body}
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err };
}

test('a line is one JSON object, written before the process can die', async (t) => {
  const { out, err } = await logged(
    'log.child({ job: "sync-feeds", runId: "1" }).warn({ counts: { new: 2 } }, "finished"); log.debug("unseen");',
  );
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.is(lines.length, 1);
  t.like(lines[0], { level: 'warn', job: 'sync-feeds', runId: '1', counts: { new: 2 }, msg: 'finished' });
  t.false(Number.isNaN(Date.parse(String(lines[0]!['time']))));
  t.is(err, '');
});

test('fields that hold secrets are never written, however deep they lie', async (t) => {
  const { out } = await logged(`
    const secrets = {
      authorization: 'Bearer hush', cookie: 'hush', password: 'hush', accessToken: 'hush',
      refresh_token: 'hush', client_secret: 'hush', credentials: { a: 'hush' },
    };
    log.info(secrets, 'flat');
    log.info({ account: secrets, request: { headers: secrets } }, 'nested');
    log.info({ account: { oauth: { provider: { tokens: secrets } } }, list: [{ deep: [secrets] }] }, 'deeper');
    const cause = Object.assign(new Error('cause'), {
      config: { headers: secrets, data: secrets }, response: { config: { headers: secrets } },
    });
    log.error({ err: new EstioError('refused', { code: 'x', cause }) }, 'in an error');`);
  t.is(out.trim().split('\n').length, 4);
  t.notRegex(out, /hush/);
  t.regex(out, /\\[redacted\\]|\[redacted\]/);
});

test('an error is written with its cause and code', async (t) => {
  const { out } = await logged(
    'log.error({ err: new EstioError("outer", { code: "rate-limited", cause: new Error("inner") }) }, "failed");',
  );
  const { err } = JSON.parse(out) as { err: { message: string; code: string; cause: { message: string } } };
  t.like(err, { message: 'outer', code: 'rate-limited', cause: { message: 'inner' } });
});

test('a command whose stdout is its result logs to stderr, prettily for people', async (t) => {
  const { out, err } = await logged(
    'log.info({ job: "sync-feeds" }, "started");',
    '{ level: "info", fd: 2, pretty: true }',
  );
  t.is(out, '');
  t.regex(err, /\[sync-feeds\] started/);
});

test('a pretty line takes away the progress line that may stand there, without colours too', async (t) => {
  const { out } = await logged(
    'log.info({ job: "sync-feeds" }, "started"); log.info("on");',
    '{ level: "info", fd: 1, pretty: true }',
    { NO_COLOR: '1' },
  );
  t.regex(out, /^\u001b\[2K\[\d\d:\d\d:\d\d\] INFO: \[sync-feeds\] started\n\u001b\[2K\[\d\d:\d\d:\d\d\] INFO: on\n$/);
});

test('to people a foreseen error is its words; only one that no one foresaw has its stack', async (t) => {
  const pretty = (error: string) =>
    logged(`log.error({ err: ${error} }, "failed");`, '{ level: "info", fd: 1, pretty: true }');
  const foreseen = await pretty('new EstioError("outer", { code: "x", cause: new Error("inner") })');
  t.regex(foreseen.out, /outer[^]*inner/);
  t.notRegex(foreseen.out, /\bat .*:\d+:\d+/);
  t.regex((await pretty('new TypeError("x is undefined")')).out, /x is undefined[^]*\bat .*:\d+:\d+/);
});
