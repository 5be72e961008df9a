import { settings, type Config } from '../../shared/platform/config.ts';
import type { Finding } from './finding.ts';

/** The other end learns tokens. */
const providers = [
  'googleApiUrl',
  'googleAuthUrl',
  'googleTokenUrl',
  'microsoftLoginUrl',
  'microsoftGraphUrl',
  'outlookWebUrl',
] as const;

const private_ = ['eventWebhookAllowPrivate', 'alertWebhookAllowPrivate', 'cronPingAllowPrivate'] as const;

export function examineTestSettings(config: Config): readonly Finding[] {
  const what = 'settings';
  const warning = (found: string, remedy: string): Finding => ({ what, level: 'warning', found, remedy });
  const findings = providers
    .filter((name) => config[name]?.startsWith('http:'))
    .map((name) =>
      warning(`${settings[name].env} is not an https address: use others only for ` + 'emulators', 'remove it'),
    );
  if (config.feedAllowPrivate)
    findings.push(
      warning('FEED_ALLOW_PRIVATE=1 is for tests: with it, feeds can read from this host and its network', 'remove it'),
    );
  if (config.nodeEnv === 'test') findings.push(warning('NODE_ENV=test is for tests', 'NODE_ENV=production'));
  const open = private_.filter((name) => config[name]).map((name) => settings[name].env);
  if (open.length > 0)
    findings.push({ what, level: 'ok', found: `private networks may be called: ${open.join(', ')}` });
  return findings;
}
