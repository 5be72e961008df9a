import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { currentEnvironment, type Config, type Environment } from '../../shared/platform/config.ts';
import { minute, second } from '../../shared/platform/clock.ts';
import { environmentName } from '../../shared/runs/pings.ts';
import { renderCrontab } from '../commands/crontab.ts';
import { findJobs } from '../jobs.ts';
import { projectRoot } from '../project.ts';
import type { Finding } from './finding.ts';

const installer = join(projectRoot, 'crontab', 'install');
/** ms; it may build the jobs. */
const installerTimeout = minute;

export async function examineJobs(config: Config, folder: string | undefined): Promise<readonly Finding[]> {
  const jobs = await findJobs({ production: config.nodeEnv === 'production', folder });
  const found: Finding = { what: 'jobs', level: 'ok', found: [...jobs.keys()].join(', ') };
  const misspelt = unknownPingAddresses(config, [...jobs.keys()]);
  const lines = await readFile(join(projectRoot, 'crontab', 'estio.crontab'), 'utf8').catch(() => '');
  if (folder !== undefined || lines === renderCrontab([...jobs.values()].map(({ description }) => description)))
    return [found, ...misspelt];
  return [
    found,
    ...misspelt,
    {
      what: 'estio.crontab',
      level: 'problem',
      found: 'differs from the jobs',
      remedy: 'node adapter --crontab --template > crontab/estio.crontab',
    },
  ];
}

function unknownPingAddresses({ jobPingUrls }: Config, jobs: readonly string[]): Finding[] {
  const expected = jobs.map(environmentName);
  return Object.keys(jobPingUrls)
    .filter((name) => !expected.includes(name))
    .map((name) => ({
      what: 'pings',
      level: 'warning',
      found: `CRON_PING_URL_${name} names no job and is not used`,
      remedy: `expected one of ${expected.map((one) => `CRON_PING_URL_${one}`).join(', ')}`,
    }));
}

export async function examineCron(environment: Environment = currentEnvironment()): Promise<readonly Finding[]> {
  const missing: string[] = [];
  for (const program of ['curl', 'flock'])
    if ((await run(program, ['--version'], environment)).missing) missing.push(program);
  return [
    ...(missing.length > 0
      ? [
          {
            what: 'trigger',
            level: 'problem',
            found: `${missing.join(' and ')} not installed: crontab/trigger needs it`,
            remedy:
              'apt-get install ' +
              `${missing.map((program) => (program === 'flock' ? 'util-linux' : program)).join(' ')}`,
          } as const,
        ]
      : []),
    ...((await cronDaemonRuns())
      ? []
      : [
          {
            what: 'cron',
            level: 'problem',
            found: 'no cron daemon runs here: nothing calls the jobs',
            remedy: 'systemctl enable --now cron; nothing to do if another host or scheduler calls them',
          } as const,
        ]),
  ];
}

/** By process name (proc(5), comm); unknown counts as running. */
async function cronDaemonRuns(): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return true;
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return names.some((name) => /^(cron|crond|cronie|fcron|busybox)$/.test(name.trim()));
}

export async function examineCrontab(environment: Environment = currentEnvironment()): Promise<Finding> {
  const what = 'crontab';
  const problem = (found: string, remedy: string): Finding => ({ what, level: 'problem', found, remedy });
  const present = await run('crontab', ['-l'], environment);
  if (present.missing)
    return problem(
      'there is no crontab(1) here',
      'install cron (Debian: apt-get install cron), or trigger the jobs from elsewhere',
    );
  if (present.failed && !/no crontab for|no such file/i.test(present.complaint))
    return problem(`cannot be read: ${present.complaint}`, 'see /etc/cron.allow and /etc/cron.deny');
  const wanted = await run(installer, ['--print'], environment);
  if (wanted.failed)
    return problem(`its expected lines cannot be determined: ${wanted.complaint}`, 'crontab/install --print');
  if (present.output.includes(wanted.output)) return { what, level: 'ok', found: 'installed, and matches the jobs' };
  const installed = /^# BEGIN estio-cron$/m.test(present.output);
  return problem(
    installed
      ? 'installed, but its lines differ from those of crontab/install'
      : "the jobs are not in this user's crontab",
    'crontab/install',
  );
}

/** As in crontab/trigger. */
function adapterAddress({ cronUrl, host, port }: Config): string {
  return cronUrl?.replace(/\/$/, '') ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export async function examineAdapter(config: Config): Promise<Finding> {
  const what = 'adapter';
  const url = adapterAddress(config);
  const problem = (found: string, remedy: string): Finding => ({
    what,
    level: 'problem',
    found: `${url} ${found}`,
    remedy,
  });
  if (config.cronSecret === undefined) return problem('cannot be checked without CRON_SECRET', 'set it');
  let response: Response;
  try {
    response = await fetch(`${url}/api/runs?limit=1`, {
      headers: { authorization: `Bearer ${config.cronSecret}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(10 * second),
    });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    return problem(
      `cannot be reached (${cause?.code ?? cause?.message ?? message})`,
      'start it (systemctl start estio-cron, or node adapter); else see CRON_URL, HOST and PORT',
    );
  }
  const type = response.headers.get('content-type') ?? '';
  await response.body?.cancel();
  if (response.status === 401)
    return problem(
      'refuses CRON_SECRET',
      'restart it after a change of .env; check whether another adapter uses this port',
    );
  if (!type.includes('json'))
    return problem(
      `answers ${response.status}, but not as the adapter does`,
      'another program uses this port, or a proxy answers: see CRON_URL',
    );
  if (!response.ok) return problem(`answers ${response.status}`, 'see its log');
  return { what, level: 'ok', found: `${url} answers to CRON_SECRET` };
}

interface Ran {
  readonly output: string;
  readonly complaint: string;
  readonly failed: boolean;
  readonly missing: boolean;
}

function run(program: string, args: readonly string[], environment: Environment): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { env: environment as NodeJS.ProcessEnv, timeout: installerTimeout },
      (error, stdout, stderr) => {
        const complaint = stderr.trim().replace(/\s+/g, ' ') || (error?.message ?? '');
        resolve({ output: stdout, complaint, failed: error !== null, missing: error?.code === 'ENOENT' });
      },
    );
  });
}
