import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';

type Environment = Readonly<Record<string, string>>;

export interface Person {
  readonly name: string;
  /** Changes the owner, recursively. */
  own(...paths: string[]): void;
  start(command: string, cwd: string, environment: Environment): ChildProcess;
  run(
    command: string,
    cwd: string,
    environment: Environment,
  ): Promise<{ readonly code: number; readonly output: string }>;
}

/** For root an unprivileged user, else ourselves. */
export function ordinaryUser(): Person {
  const { uid, username } = userInfo();
  if (uid !== 0) return person(username, []);
  const [ownUid, ownGid] = ['-u', '-g'].map((option) =>
    execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }).trim(),
  );
  return {
    ...person('nobody', ['setpriv', `--reuid=${ownUid}`, `--regid=${ownGid}`, '--clear-groups', '--']),
    own: (...paths) => void execFileSync('chown', ['-R', `${ownUid}:${ownGid}`, ...paths]),
  };
}

/** Does what takes rights. */
export function administrator(): Person {
  return person(userInfo().username, []);
}

function person(name: string, prefix: readonly string[]): Person {
  const start: Person['start'] = (command, cwd, environment) => {
    const [program = '', ...args] = [...prefix, '/bin/sh', '-ec', command];
    return spawn(program, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  return {
    name,
    own: () => undefined,
    start,
    async run(command, cwd, environment) {
      const child = start(command, cwd, environment);
      const output = Promise.all([text(child.stdout!), text(child.stderr!)]);
      const [code] = (await once(child, 'close')) as [number | null];
      return { code: code ?? 1, output: (await output).join('') };
    },
  };
}
