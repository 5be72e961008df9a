import { readFile, stat } from 'node:fs/promises';
import { parseEnvironment, type Config, type EnvironmentFile } from '../../shared/platform/config.ts';
import type { Finding } from './finding.ts';
import { misspeltNames } from './misspelt-names.ts';

/** A random secret of 32 has more different characters. */
const minCharacters = 10;

/** A missing file is fine unless it is named. */
export async function examineEnvironmentFile({ path: file, named }: EnvironmentFile): Promise<readonly Finding[]> {
  const what = '.env';
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof content !== 'string') {
    if (content.code === 'ENOENT' && named)
      return [
        {
          what,
          level: 'problem',
          found: `there is no ${file}: nothing starts`,
          remedy: 'correct or remove ESTIO_CRON_ENV',
        },
      ];
    if (content.code === 'ENOENT')
      return [
        {
          what,
          level: 'warning',
          found: `there is no ${file}: settings come from the environment alone`,
          remedy: 'cp .env.example .env && chmod 600 .env',
        },
      ];
    return [
      {
        what,
        level: 'problem',
        found: `${file} cannot be read (${content.code})`,
        remedy: 'make the user that runs the adapter and cron its owner',
      },
    ];
  }
  const findings: Finding[] = [];
  const stats = await stat(file);
  const mode = stats.mode & 0o777;
  if (stats.isFile() && (mode & 0o077) !== 0)
    findings.push({
      what,
      level: 'warning',
      found: `${file} can be read by others (mode ${mode.toString(8)})`,
      remedy: `chmod 600 ${file}`,
    });
  for (const { name, meant } of misspeltNames(Object.keys(parseEnvironment(content)))) {
    findings.push({ what, level: 'warning', found: `${name} is not a setting`, remedy: `did you mean ${meant}?` });
  }
  return findings.length > 0 ? findings : [{ what, level: 'ok', found: file }];
}

export function examineSecrets(config: Config): readonly Finding[] {
  const { cronSecret, credentialsKey } = config;
  const make = 'openssl rand -hex 32';
  const previous = config.cronSecretPrevious
    ? '; CRON_SECRET_PREVIOUS is accepted too: remove it when no caller uses it'
    : '';
  return [
    cronSecret === undefined
      ? { what: 'CRON_SECRET', level: 'problem', found: 'not set: the server does not start', remedy: make }
      : new Set(cronSecret).size < minCharacters
        ? {
            what: 'CRON_SECRET',
            level: 'warning',
            found: `${cronSecret.length} characters, but few different ones`,
            remedy: make,
          }
        : {
            what: 'CRON_SECRET',
            level: 'ok',
            found: `${cronSecret.length} characters${previous}`,
          },
    credentialsKey === undefined
      ? {
          what: 'CREDENTIALS_KEY',
          level: 'unused',
          found: 'not set: no mailbox can be connected (make one: openssl rand -base64 32)',
        }
      : { what: 'CREDENTIALS_KEY', level: 'ok', found: 'set' },
  ];
}
