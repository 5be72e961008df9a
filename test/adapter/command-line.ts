import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import anyTest, { type TestFn } from 'ava';
import { crontabWord } from '../../adapter/commands/crontab.ts';
import { projectRoot } from '../../adapter/project.ts';
import { version } from '../../shared/platform/version.ts';
import { models } from '../../shared/models/index.ts';
import { cleanEnvironment, runAdapter, startAdapter } from '../doubles/adapter.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { systemNode } from '../doubles/older-node.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const runCommand = useCommands(test);
const jobsFolder = useTestJobs(test);

const invoke = (job: string, ...more: string[]) =>
  runAdapter(['--functions', jobsFolder(), '--invoke', job, ...more], {
    MONGODB_URI: databaseUri(),
    CRON_LOCK_DIR: join(tmpdir(), `estio-cli-${process.pid}`),
  });

test.after.always('remove the lock folder', () =>
  rm(join(tmpdir(), `estio-cli-${process.pid}`), { recursive: true, force: true }),
);

test.serial('--invoke prints only the envelope, and the exit code tells the status', async (t) => {
  for (const [job, code, status] of [
    ['no-op', 0, 'succeeded'],
    ['fail', 1, 'failed'],
    ['half', 3, 'partial'],
    ['linger', 0, 'succeeded'],
  ] as const) {
    const result = await invoke(job);
    t.is(result.code, code, job);
    t.is(result.stdout.trim().split('\n').length, 1);
    t.like(JSON.parse(result.stdout), { job, status });
  }
});

test.serial('an unknown job is exit code 2 with the list and a guess', async (t) => {
  const result = await invoke('no-opp');
  t.is(result.code, 2);
  t.regex(result.stderr, /There is no job "no-opp": did you mean no-op\? The jobs are crash, deaf, exit, fail/);
  t.is(result.stdout, '');
});

test.serial('wrong usage is exit code 2 and says what was expected', async (t) => {
  for (const [args, expected] of [
    [['--invok', 'x'], /Unknown option --invok: did you mean --invoke\?/],
    [['--invoke'], /--invoke expects a value/],
    [['serve'], /Expected options only, got "serve"/],
    [['--doctor', '--dry-run'], /With --doctor there is no --dry-run/],
    [['--invoke', 'no-op', '--limit', '3'], /With --invoke there is no --limit/],
    [['--feed-id', 'x'], /Without a command there is no --feed-id/],
    [['--list', '--crontab'], /One command at a time: got --list and --crontab/],
  ] as const) {
    const result = await runCommand(args);
    t.is(result.code, 2, args.join(' '));
    t.regex(result.stderr, expected);
  }
  const narrowed = await invoke('no-op', '--account-id', 'x');
  t.is(narrowed.code, 2);
  t.regex(narrowed.stderr, /accountId: expected an id of 24 hexadecimal digits, got "x"/);
});

test.serial('without CRON_SECRET, or with a short one, the server does not start', async (t) => {
  const none = await runCommand(['--functions', jobsFolder()], { PORT: '0' });
  t.is(none.code, 1);
  t.regex(none.stderr, /CRON_SECRET: expected a secret of 32 to 512 characters.*, got nothing/);
  const short = await runCommand(['--functions', jobsFolder()], { PORT: '99999', CRON_SECRET: 'tooshort' });
  t.is(short.code, 1);
  t.regex(
    short.stderr,
    /CRON_SECRET: expected a secret of 32 to 512 characters.*, got a value of 8 characters \(not shown\)/,
  );
  t.regex(short.stderr, /PORT: expected a whole number from 0 to 65535, got "99999"/);
  t.notRegex(short.stderr, /tooshort/);
});

test.serial('--version, --help and --list answer without any configuration', async (t) => {
  const missing = { ESTIO_CRON_ENV: join(jobsFolder(), 'nowhere') };
  t.is((await runCommand(['--version'], missing)).stdout.trim(), version);
  const refused = await runCommand(['--list'], missing);
  t.is(refused.code, 1);
  t.regex(refused.stderr, /ESTIO_CRON_ENV: .*nowhere: expected a file that can be read, got ENOENT/);
  t.regex(
    (await runAdapter(['--help'], missing)).stdout,
    /Exit codes: 0 done or skipped, 1 failed, 2 wrong usage, 3 partly done/,
  );
  const listed = await runCommand(['--functions', jobsFolder(), '--list', '--json']);
  t.deepEqual(
    (JSON.parse(listed.stdout) as { name: string }[]).map((job) => job.name),
    [
      'crash',
      'deaf',
      'exit',
      'fail',
      'half',
      'hang-up',
      'hoard',
      'hoard-buffers',
      'hoard-helper',
      'linger',
      'loop',
      'no-op',
      'often',
      'patient',
      'reject',
      'stray',
    ],
  );
});

test('a folder is one word to cron and to its shell', (t) => {
  t.is(crontabWord('/opt/estio-cron/current'), '/opt/estio-cron/current');
  t.is(crontabWord("/a b/100%/it's"), "'/a b/100\\%/it'\\''s'");
});

test.serial('--crontab prints lines for this folder, and crontab/estio.crontab for any', async (t) => {
  const { stdout } = await promisify(execFile)('cat', [join(projectRoot, 'crontab', 'estio.crontab')]);
  t.is((await runCommand(['--crontab', '--template'])).stdout, stdout);
  t.is((await runAdapter(['--crontab'])).stdout, stdout.replaceAll('{project}', crontabWord(projectRoot)));
});

test.serial("an older Node starts the project's own, from any folder", async (t) => {
  const node = systemNode();
  const { stdout } = await promisify(execFile)(node, [join(projectRoot, 'adapter'), '--version'], {
    cwd: '/',
    env: cleanEnvironment(),
  });
  t.is(stdout.trim(), version);
  const failed = await promisify(execFile)(node, [join(projectRoot, 'adapter'), '--nonsense'], {
    cwd: '/',
    env: cleanEnvironment(),
  }).catch((error: { code: number }) => error);
  t.is((failed as { code: number }).code, 2);
});

test.serial(
  'started by an older Node, one Ctrl-C stops a run at its safe point, wherever standard input comes from',
  async (t) => {
    const env = cleanEnvironment({
      MONGODB_URI: databaseUri(),
      CRON_LOCK_DIR: join(tmpdir(), `estio-cli-${process.pid}`),
    });
    // Its group gets a terminal's signals.
    const child = spawn(
      systemNode(),
      [join(projectRoot, 'adapter'), '--functions', jobsFolder(), '--invoke', 'patient'],
      { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const envelope = text(child.stdout);
    for await (const line of createInterface(child.stderr)) {
      if (line.includes('"started"')) process.kill(-(child.pid as number), 'SIGINT');
      if (line.includes('"finished"')) break;
    }
    child.stderr.resume();
    t.like(JSON.parse(await envelope), { status: 'partial', reason: 'asked to stop (SIGINT)' });
    t.is(child.exitCode ?? (await once(child, 'close'))[0], 3);
  },
);

test.serial(
  'on a terminal a job of another folder runs too, and no line ends in half a control sequence',
  async (t) => {
    const env = cleanEnvironment({
      MONGODB_URI: databaseUri(),
      CRON_LOCK_DIR: join(tmpdir(), `estio-cli-${process.pid}`),
      NO_COLOR: '1',
    });
    const line = [
      process.execPath,
      join(projectRoot, 'adapter'),
      '--functions',
      jobsFolder(),
      '--invoke',
      'no-op',
    ].join(' ');
    // script(1) is the terminal.
    const { stdout } = await promisify(execFile)('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      env,
    });
    t.regex(stdout, /INFO: \[no-op\] finished/);
    t.regex(stdout, /no-op succeeded in .*: 1 done/);
    t.is(stdout.replaceAll('\u001b[2K', '').indexOf('[K'), -1);
  },
);

test.serial('an adapter whose launcher was killed ends and frees its port', async (t) => {
  const adapter = await startAdapter(t, {
    node: systemNode(),
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri() },
  });
  adapter.kill('SIGKILL');
  await adapter.exited;
  t.regex(adapter.output(), /"stopped"/);
  await t.throwsAsync(adapter.request('/healthz'));
});

test.serial('a given folder of bundles is not built, and its problems are reported', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-empty-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const missing = await runCommand(['--functions', join(folder, 'nowhere'), '--list'], { NODE_ENV: 'production' });
  t.is(missing.code, 1);
  t.regex(
    missing.stderr,
    /nowhere does not exist: expected what "node build\.mjs --functions <sources> --out .*nowhere" makes/,
  );
  t.regex((await runCommand(['--functions', folder, '--list'])).stderr, /has no manifest\.json: expected/);
  for (const [manifest, state] of [
    ['{', 'that is not JSON'],
    ['{}', 'without its jobs'],
    ['null', 'without its jobs'],
    ['{"jobs":{"x.mjs":{}}}', 'without its jobs'],
  ] as const) {
    await writeFile(join(folder, 'manifest.json'), manifest);
    const { stderr } = await runCommand(['--functions', folder, '--list']);
    t.regex(stderr, new RegExp(`has a manifest\\.json ${state}: expected`));
    t.notRegex(stderr, /\n\s+at /);
  }
});
