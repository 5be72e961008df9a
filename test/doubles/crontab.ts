import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Owner } from './adapter.ts';

/** FAIL_LIST makes `-l` fail for another reason. */
const program = `#!/bin/sh
user=own
[ "$1" = -u ] && { user=$2; shift 2; }
file=$(dirname "$0")/../tabs/$user
case $1 in
  -l)
    [ -z "\${FAIL_LIST:-}" ] || { echo "You ($user) are not allowed to use this program (crontab)" >&2; exit 1; }
    [ -e "$file" ] || { echo "no crontab for $user" >&2; exit 1; }
    cat "$file" ;;
  -)
    cat >"$file.new"
    [ -z "$(tail -c 1 "$file.new")" ] || {
      echo "new crontab file is missing newline before EOF, can't install." >&2
      exit 1
    }
    mv "$file.new" "$file"
    echo x >>"$(dirname "$0")/writes" ;;
esac
`;

export interface CrontabDouble {
  readonly bin: string;
  read(user?: string): Promise<Buffer | undefined>;
  write(content: string | Buffer, user?: string): Promise<void>;
  writes(): Promise<number>;
}

/** A process with a cron daemon's name. */
export async function cronDaemonDouble(owner: Owner): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-cron-daemon-'));
  await copyFile('/bin/sleep', join(folder, 'cron'));
  const daemon = spawn(join(folder, 'cron'), ['3600'], { stdio: 'ignore' });
  const ended = once(daemon, 'exit');
  owner.teardown(async () => {
    daemon.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  await once(daemon, 'spawn');
}

/** No test touches the machine's own. */
export async function crontabDouble(owner: Owner): Promise<CrontabDouble> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-crontab-'));
  owner.teardown(() => rm(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  await Promise.all([mkdir(bin), mkdir(join(folder, 'tabs'))]);
  await writeFile(join(bin, 'crontab'), program);
  await chmod(join(bin, 'crontab'), 0o755);
  const file = (user = 'own') => join(folder, 'tabs', user);
  return {
    bin,
    read: (user) => readFile(file(user)).catch(() => undefined),
    write: (content, user) => writeFile(file(user), content),
    writes: async () => (await readFile(join(bin, 'writes'), 'utf8').catch(() => '')).length / 2,
  };
}
