import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../adapter/project.ts';
import { cleanEnvironment, testSecret } from '../doubles/adapter.ts';

/** A real cron(8) in its own namespaces, with the test's spool and /run. Needs root and cron. */
const inNamespace = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const isPossible =
  spawnSync('unshare', [
    ...inNamespace,
    'sh',
    '-c',
    'command -v cron && command -v crontab && mount -t tmpfs tmpfs /run',
  ]).status === 0;

const program = `set -eu
mount --bind "$SPOOL" /var/spool/cron/crontabs
mount -t tmpfs tmpfs /run
"$PROJECT/crontab/install"
{
  echo "ESTIO_CRON_ENV=$ENV_FILE"
  echo "TMPDIR=$TMPDIR"
  crontab -l | sed 's|^[^#=A-Z].* \\([^ ]*/crontab/trigger \\)|* * * * * \\1|'
} | crontab -
exec cron -f
`;

test('a real cron daemon, where there is one, calls every job of the installed crontab', async (t) => {
  if (!isPossible) {
    t.log('not tried: no cron here, not root, or no namespaces; crontab(1) is doubled in the other tests');
    return t.pass();
  }
  t.timeout(600_000, 'cron looks at its crontabs once a minute');
  const folder = await mkdtemp(join(tmpdir(), 'estio-cron8-'));
  const called = new Set<string>();
  const all = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    if (request.headers.authorization === `Bearer ${testSecret}`) called.add(String(request.url));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"succeeded"}');
    if (called.size === 5) all.resolve();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [spool, envFile] = [join(folder, 'spool'), join(folder, 'cron.env')];
  await mkdir(spool, { mode: 0o1730 });
  await writeFile(
    envFile,
    `CRON_SECRET=${testSecret}\nCRON_URL=http://127.0.0.1:${(server.address() as AddressInfo).port}\n` +
      `CRON_LOCK_DIR=${folder}\n`,
  );
  const environment = cleanEnvironment({
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    TMPDIR: folder,
    PROJECT: projectRoot,
    SPOOL: spool,
    ENV_FILE: envFile,
  });
  const daemon = spawn('unshare', [...inNamespace, 'sh', '-c', program], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(daemon, 'close');
  let output = '';
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    await Promise.race([all.promise, ended.then(() => Promise.reject(new Error(`cron ended: ${output}`)))]);
    t.deepEqual(
      [...called].sort(),
      ['gmail-sync', 'outlook-sync', 'purge-trash', 'scheduled-tasks', 'sync-feeds'].map((job) => `/api/cron/${job}`),
    );
  } finally {
    daemon.kill('SIGKILL');
    await ended;
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
