/**
 * The one reader of the environment. Every setting of the project stands here, in the order in which README and
 * `.env.example` show them; nothing else reads `process.env`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './errors.ts';
import { hostOfMongodbUri, mongodbUriExpected } from './mongodb-uri.ts';
import { knowSecrets } from './redact.ts';
import {
  choice,
  duration,
  flag,
  list,
  maxTextLength,
  number,
  optionalText,
  secret,
  text,
  url,
  type Setting,
} from './settings.ts';
import { splitQuoted } from './split-quoted.ts';

/** What can be sent as a bearer token (RFC 6750, section 2.1). */
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;
const bearerTokenExpected =
  'a secret of at least 32 characters (and at most 512) out of letters, digits and . _ ~ + / - =';

/** A base64 text of exactly 32 bytes (AES-256). */
const base64Key = /^[A-Za-z0-9+/]{43}=$/;
const base64KeyExpected = '32 bytes in base64 (make one: openssl rand -base64 32)';

/** Of projects made from May 2026 on. */
export const defaultGmailPrices =
  'messages.get=20,messages.list=5,history.list=2,getProfile=1,settings.sendAs.list=1,watch=100';
const gmailPrice = `(${defaultGmailPrices.replaceAll('.', '\\.').replace(/=\d+/g, '').replaceAll(',', '|')})=\\d+`;
const gmailPrices = new RegExp(`^${gmailPrice}(,${gmailPrice})*$`);

export const settings = {
  cronSecret: secret({
    env: 'CRON_SECRET',
    minLength: 32,
    maxLength: 512,
    pattern: bearerToken,
    expected: bearerTokenExpected,
    description:
      'Bearer token of the HTTP endpoints; the server does not start without it (make one: openssl rand -hex 32).',
  }),
  cronSecretPrevious: secret({
    env: 'CRON_SECRET_PREVIOUS',
    minLength: 32,
    maxLength: 512,
    pattern: bearerToken,
    expected: bearerTokenExpected,
    description: 'The token before the last rotation: accepted too, until it is removed.',
  }),
  metricsToken: secret({
    env: 'METRICS_TOKEN',
    minLength: 32,
    maxLength: 512,
    pattern: bearerToken,
    expected: bearerTokenExpected,
    description: 'Bearer token that reads /metrics and /api/runs, and starts nothing. Unset: CRON_SECRET does.',
  }),
  host: text({
    env: 'HOST',
    fallback: '127.0.0.1',
    pattern: /^\S+$/,
    expected: 'a host name or address',
    description: "Where the server listens. TLS is the reverse proxy's work.",
  }),
  port: number({
    env: 'PORT',
    fallback: 8787,
    min: 0,
    max: 65_535,
    description: 'Port of the server; 0 takes any free one.',
  }),
  mongodbUri: url({
    env: 'MONGODB_URI',
    secret: true,
    protocols: ['mongodb:', 'mongodb+srv:'],
    accepts: (uri) => hostOfMongodbUri(uri) !== undefined,
    expected: mongodbUriExpected,
    description: "The CRM's database. Unset: an embedded MongoDB under DATA_DIR, for trying out.",
  }),
  dataDir: text({
    env: 'DATA_DIR',
    fallback: '.data',
    description: 'Local state: the embedded database, the demo. A relative path counts from the project folder.',
  }),
  statusPassword: secret({
    env: 'STATUS_PASSWORD',
    minLength: 8,
    maxLength: 512,
    description: 'Password of the status page at / (HTTP Basic, any user name). Unset: no status page.',
  }),
  statusActions: flag({
    env: 'STATUS_ACTIONS',
    fallback: true,
    description: 'Whether the status page has buttons (run, confirm, approve, replay, pause). 0: it only shows.',
  }),
  nodeEnv: choice({
    env: 'NODE_ENV',
    words: ['development', 'production', 'test'],
    fallback: 'development',
    description: 'production: never builds by itself, never creates indexes by itself.',
  }),
  logLevel: choice({
    env: 'LOG_LEVEL',
    words: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    fallback: 'info',
    description: 'The least severe log line that is written.',
  }),

  cronLock: choice({
    env: 'CRON_LOCK',
    words: ['file', 'mongo'],
    fallback: 'file',
    description: 'file: only this host runs jobs on the database; mongo: several hosts share the work.',
  }),
  // Neither the working directory nor TMPDIR may decide: the server, --invoke and cron's trigger have different ones.
  cronLockDir: optionalText({
    env: 'CRON_LOCK_DIR',
    pattern: /^\//,
    expected: 'a path that begins with /',
    description:
      'Folder of the lock files, the same for all that run jobs on this host. Unset: /run/estio-cron where the ' +
      'systemd unit has made it, else /tmp.',
  }),
  cronMinFreeMb: number({
    env: 'CRON_MIN_FREE_MB',
    fallback: 500,
    min: 0,
    max: 1_048_576,
    description: 'A run is skipped below this much available memory (MB).',
  }),
  cronMaxLoad: number({
    env: 'CRON_MAX_LOAD',
    fallback: 4,
    min: 0,
    max: 10_000,
    fraction: true,
    description: 'A run is skipped above this 1-minute load average.',
  }),
  cronBudget: duration({
    env: 'CRON_BUDGET',
    fallback: '30m',
    min: '1s',
    max: '24h',
    description: 'Time budget of a run; at its end the job stops at the next safe point.',
  }),
  cronGrace: duration({
    env: 'CRON_GRACE',
    fallback: '60s',
    min: '0s',
    max: '1h',
    description: 'How long after its budget a run that does not stop is terminated.',
  }),
  cronWorkerMaxMb: number({
    env: 'CRON_WORKER_MAX_MB',
    fallback: 1024,
    min: 64,
    max: 65_536,
    description: 'Heap limit of one run (MB); one that holds more, or 512 MB more in all, fails alone.',
  }),
  cronUrl: url({ env: 'CRON_URL', description: 'Base address that crontab/trigger calls. Unset: http://HOST:PORT.' }),
  cronSkipRetries: number({
    env: 'CRON_SKIP_RETRIES',
    fallback: 3,
    min: 0,
    max: 20,
    description: 'How often crontab/trigger tries again after a skip for lack of resources.',
  }),
  cronSkipPause: duration({
    env: 'CRON_SKIP_PAUSE',
    fallback: '60s',
    min: '0s',
    max: '1h',
    description: 'How long it waits before it tries again.',
  }),
  cronReconnect: duration({
    env: 'CRON_RECONNECT',
    fallback: '30s',
    min: '0s',
    max: '1h',
    description: 'For so long crontab/trigger waits for an adapter that restarts.',
  }),
  cronMaxTime: optionalText({
    env: 'CRON_MAX_TIME',
    pattern: /^\d+(\.\d+)?(ms|s|m|h|d)$/,
    expected: 'a length of time, such as 90s, 30m or 2h',
    description: 'How long crontab/trigger waits for a run. Unset: CRON_BUDGET, CRON_GRACE and a minute.',
  }),
  cronPingUrl: url({
    env: 'CRON_PING_URL',
    secret: true,
    description:
      "Dead-man's ping (healthchecks.io style: /start, success, /fail). Per job: CRON_PING_URL_<JOB>, such as " +
      'CRON_PING_URL_SYNC_FEEDS.',
  }),

  cronPingAllowPrivate: flag({
    env: 'CRON_PING_ALLOW_PRIVATE',
    fallback: false,
    description: 'Lets pings go to this host and to private networks, too.',
  }),

  credentialsKey: secret({
    env: 'CREDENTIALS_KEY',
    pattern: base64Key,
    expected: base64KeyExpected,
    description: 'Encrypts tokens and cookies at rest (AES-256-GCM).',
  }),
  credentialsKeyPrevious: secret({
    env: 'CREDENTIALS_KEY_PREVIOUS',
    pattern: base64Key,
    expected: base64KeyExpected,
    description: 'The key before the last rotation: still decrypts.',
  }),

  trashRetentionDays: number({
    env: 'TRASH_RETENTION_DAYS',
    fallback: 30,
    min: 1,
    max: 3650,
    description: 'purge-trash deletes what was soft-deleted longer ago than this.',
  }),

  feedMaxMb: number({
    env: 'FEED_MAX_MB',
    fallback: 2048,
    min: 1,
    max: 65_536,
    description: 'Largest feed, unpacked (MB).',
  }),
  feedConcurrency: number({
    env: 'FEED_CONCURRENCY',
    fallback: 2,
    min: 1,
    max: 32,
    description: 'Feeds synced side by side.',
  }),
  feedTimeout: duration({
    env: 'FEED_TIMEOUT',
    fallback: '20m',
    min: '1s',
    max: '24h',
    description:
      'Longest time for one feed; while others wait for their turn, half of what is left of CRON_BUDGET at most.',
  }),
  feedIdleTimeout: duration({
    env: 'FEED_IDLE_TIMEOUT',
    fallback: '60s',
    min: '100ms',
    max: '1h',
    description: "Longest silence of a feed's server.",
  }),
  feedImagesUrl: url({
    env: 'FEED_IMAGES_URL',
    description:
      "Public address of the adapter's /feed-images, such as https://crm.example/feed-images: pictures that come in " +
      'the ZIP of a feed are kept under DATA_DIR and served there. Unset: they are lost, and counted.',
  }),
  feedFolders: list({
    env: 'FEED_FOLDERS',
    description:
      'Folders of this host that feeds may be read from (file:///var/feeds/agency/), with all that is in them. ' +
      'Unset: none.',
  }),
  feedAllowPrivate: flag({
    env: 'FEED_ALLOW_PRIVATE',
    fallback: false,
    description: 'Lets feeds come from private and loopback addresses: for tests and demos only.',
  }),

  mailFirstSyncDays: number({
    env: 'MAIL_FIRST_SYNC_DAYS',
    fallback: 30,
    min: 1,
    max: 3650,
    description: 'How far back the first sync of a mailbox imports.',
  }),
  mailCreateContacts: choice({
    env: 'MAIL_CREATE_CONTACTS',
    words: ['off', 'two-way', 'all'],
    fallback: 'off',
    description: 'Whether mail creates contacts: never; for people we wrote to; for everybody.',
  }),
  mailFollowDeletions: choice({
    env: 'MAIL_FOLLOW_DELETIONS',
    words: ['recent', 'all'],
    fallback: 'recent',
    description:
      'Which mail leaves the CRM when it is gone from its mailbox: what was received in the last 90 days, or all. ' +
      'What is moved to the trash or to spam is always followed.',
  }),
  mailOwnDomains: list({
    env: 'MAIL_OWN_DOMAINS',
    description: "The agency's own mail domains: mail among them is internal and ignored.",
  }),
  mailAccountConcurrency: number({
    env: 'MAIL_ACCOUNT_CONCURRENCY',
    fallback: 4,
    min: 1,
    max: 64,
    description: 'Mailboxes synced side by side.',
  }),
  mailRequestTimeout: duration({
    env: 'MAIL_REQUEST_TIMEOUT',
    fallback: '60s',
    min: '100ms',
    max: '10m',
    description: 'Longest time for one request to a mail provider.',
  }),

  googleClientId: optionalText({ env: 'GOOGLE_CLIENT_ID', description: 'OAuth client of the Google Cloud project.' }),
  googleClientSecret: secret({ env: 'GOOGLE_CLIENT_SECRET', description: 'Its secret.' }),
  googleApiUrl: url({
    env: 'GOOGLE_API_URL',
    fallback: 'https://gmail.googleapis.com',
    description: 'Gmail API; another address is for emulators.',
  }),
  googleAuthUrl: url({
    env: 'GOOGLE_AUTH_URL',
    fallback: 'https://accounts.google.com/o/oauth2/v2/auth',
    description: "Google's consent page.",
  }),
  googleTokenUrl: url({
    env: 'GOOGLE_TOKEN_URL',
    fallback: 'https://oauth2.googleapis.com/token',
    description: "Google's token endpoint.",
  }),
  gmailUnitsPerMinute: number({
    env: 'GMAIL_UNITS_PER_MINUTE',
    fallback: 6000,
    min: 100,
    max: 10_000_000,
    description: 'Gmail quota units per minute and mailbox (15000 for projects older than May 2026).',
  }),
  gmailProjectUnitsPerMinute: number({
    env: 'GMAIL_PROJECT_UNITS_PER_MINUTE',
    fallback: 1_200_000,
    min: 100,
    max: 100_000_000,
    description: 'Gmail quota units per minute of the whole project.',
  }),
  gmailUnitPrices: text({
    env: 'GMAIL_UNIT_PRICES',
    fallback: defaultGmailPrices,
    pattern: gmailPrices,
    expected: 'method=units of these methods, separated by commas',
    description:
      'What each Gmail method costs in quota units (messages.get=5 for projects older than May 2026); the others ' +
      'keep their price.',
  }),
  gmailConcurrency: number({
    env: 'GMAIL_CONCURRENCY',
    fallback: 5,
    min: 1,
    max: 50,
    description: 'Gmail requests in flight per mailbox.',
  }),
  gmailPubsubTopic: optionalText({
    env: 'GMAIL_PUBSUB_TOPIC',
    pattern: /^projects\/[^/\s]+\/topics\/[^/\s]+$/,
    expected: 'projects/<project>/topics/<topic>',
    description: "Pub/Sub topic for Gmail's watch, renewed daily. Unset: no watch.",
  }),

  microsoftClientId: optionalText({
    env: 'MICROSOFT_CLIENT_ID',
    description: 'Application (client) id in Microsoft Entra.',
  }),
  microsoftClientSecret: secret({
    env: 'MICROSOFT_CLIENT_SECRET',
    description: 'Its secret; unset for a public client.',
  }),
  microsoftTenant: text({
    env: 'MICROSOFT_TENANT',
    fallback: 'common',
    pattern: /^[\w.-]+$/,
    expected: 'a tenant id or domain, common or organizations',
    description: 'Tenant that signs in.',
  }),
  microsoftLoginUrl: url({
    env: 'MICROSOFT_LOGIN_URL',
    fallback: 'https://login.microsoftonline.com',
    description: 'Sign-in service (national clouds, emulators).',
  }),
  microsoftGraphUrl: url({
    env: 'MICROSOFT_GRAPH_URL',
    fallback: 'https://graph.microsoft.com',
    description: 'Microsoft Graph (national clouds, emulators).',
  }),
  outlookFolders: list({
    env: 'OUTLOOK_FOLDERS',
    description:
      'Only these Outlook folders are read, besides Inbox, Sent Items and Archive: by name or path (Clients, ' +
      'Inbox/Villas, "Sales, rent"/"A/B") or id. Unset: all but junk, trash, drafts, outbox and the like.',
    split: (value) => splitQuoted(value, ',').filter((part) => part !== ''),
  }),
  outlookCreateContacts: flag({
    env: 'OUTLOOK_CREATE_CONTACTS',
    fallback: false,
    description: 'Whether an Outlook contact that the CRM does not know creates one.',
  }),
  outlookWebUrl: url({
    env: 'OUTLOOK_WEB_URL',
    description:
      'Outlook on the web. Unset: where the session was made, else outlook.office.com or outlook.live.com, by the ' +
      'account.',
  }),
  chromiumPath: optionalText({
    env: 'CHROMIUM_PATH',
    description: 'A Chromium of the system. Unset: the one from npm.',
  }),
  chromiumNoSandbox: flag({
    env: 'CHROMIUM_NO_SANDBOX',
    fallback: false,
    description: 'Starts Chromium without its sandbox, as root needs it: for containers and tests only.',
  }),
  chromiumMaxMb: number({
    env: 'CHROMIUM_MAX_MB',
    fallback: 700,
    min: 100,
    max: 65_536,
    description:
      'The browser is restarted between accounts above this resident memory (MB), and ended at once 512 MB above it.',
  }),

  leadMinScore: number({
    env: 'LEAD_MIN_SCORE',
    fallback: 0,
    min: 0,
    max: 100,
    description: 'Leads below this score are not reported as inactive; 0: all qualified ones are.',
  }),
  leadIdleDays: number({
    env: 'LEAD_IDLE_DAYS',
    fallback: 7,
    min: 1,
    max: 365,
    description: 'A lead without activity for this long is inactive.',
  }),
  checkBatch: number({
    env: 'CHECK_BATCH',
    fallback: 500,
    min: 1,
    max: 100_000,
    description: 'Most events of one check and one location in one run; the rest follows in the next.',
  }),
  publicUrl: url({
    env: 'PUBLIC_URL',
    protocols: ['https:'],
    description:
      'Public address of the adapter behind the reverse proxy, such as https://cron.example: for links by which ' +
      'staff connect a mailbox.',
  }),

  alertEmail: list({
    env: 'ALERT_EMAIL',
    description: 'Who is told by mail when something is wrong, and when it is over. Unset: nobody.',
  }),
  alertWebhookUrl: url({
    env: 'ALERT_WEBHOOK_URL',
    secret: true,
    exact: true,
    description: 'Is told too: an incoming webhook of Slack, Mattermost and the like ({"text": "..."}).',
  }),
  alertWebhookAllowPrivate: flag({
    env: 'ALERT_WEBHOOK_ALLOW_PRIVATE',
    fallback: false,
    description: 'Lets alerts go to this host and to private networks, too.',
  }),
  smtpUrl: url({
    env: 'SMTP_URL',
    secret: true,
    protocols: ['smtp:', 'smtps:'],
    accepts: (value) => URL.canParse(value),
    expected: 'smtp:// or smtps://, user name and password percent-encoded, as in smtps://user:password@host',
    description: 'The mail server that sends alerts. Required with ALERT_EMAIL.',
  }),
  alertFrom: optionalText({
    env: 'ALERT_FROM',
    pattern: /^[^\r\n]*[^\s@]+@[^\s@]+$|^[^\r\n]*<[^\s@]+@[^\s@]+>$/,
    expected: 'a mail address',
    description: 'The sender of alerts. Unset: the first of ALERT_EMAIL.',
  }),
  reportAt: optionalText({
    env: 'REPORT_AT',
    pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
    expected: 'a time of day, such as 07:00',
    description: "When each location's daily report is sent, by its own time zone. Unset: none.",
  }),

  eventWebhookUrl: url({
    env: 'EVENT_WEBHOOK_URL',
    secret: true,
    exact: true,
    description: 'Receives the events. Unset: they wait in the database for the CRM to read.',
  }),
  eventWebhookAllowPrivate: flag({
    env: 'EVENT_WEBHOOK_ALLOW_PRIVATE',
    fallback: false,
    description: 'Lets events go to this host and to private networks, too (a CRM beside the jobs).',
  }),
  eventWebhookSecret: secret({
    env: 'EVENT_WEBHOOK_SECRET',
    pattern: /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    expected: 'whsec_ and at least 24 bytes in base64 (make one: echo whsec_$(openssl rand -base64 32))',
    description: 'Signs the events (Standard Webhooks). Required with EVENT_WEBHOOK_URL.',
  }),
  eventWebhookSecretPrevious: secret({
    env: 'EVENT_WEBHOOK_SECRET_PREVIOUS',
    pattern: /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    expected: 'whsec_ and at least 24 bytes in base64',
    description: 'The secret before the last rotation: events carry its signature too, until it is removed.',
  }),
} as const;

type SettingValue<S> = S extends Setting<infer T> ? T : never;

/** All settings, read and checked; plus the per-job pings, which have no fixed names. */
export type Config = { readonly [K in keyof typeof settings]: SettingValue<(typeof settings)[K]> } & {
  /** `CRON_PING_URL_<JOB>` by job name in upper snake case. */
  readonly jobPingUrls: Readonly<Record<string, string>>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

const jobPingPrefix = 'CRON_PING_URL_';

/**
 * Reads every setting from an environment and reports all problems at once.
 *
 * @throws {ConfigError} naming each variable, what was expected and what came (secrets masked)
 */
export function readConfig(environment: Environment = process.env): Config {
  const { config, problems } = inspectConfig(environment);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Reads every setting as `readConfig` does; one that cannot be used has its default, and its problem is told. */
export function inspectConfig(environment: Environment = process.env): {
  readonly config: Config;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    values[name] = readSetting(setting, environment, problems);
  }
  const jobPingUrls: Record<string, string> = {};
  for (const env of Object.keys(environment).filter((key) => key.startsWith(jobPingPrefix))) {
    const ping = readSetting({ ...settings.cronPingUrl, env }, environment, problems);
    if (typeof ping === 'string') jobPingUrls[env.slice(jobPingPrefix.length)] = ping;
  }
  const config = { ...values, jobPingUrls } as unknown as Config;
  if (config.metricsToken && [config.cronSecret, config.cronSecretPrevious].includes(config.metricsToken))
    problems.push('METRICS_TOKEN: expected another token than CRON_SECRET, which starts jobs, came the same');
  if (config.eventWebhookUrl && !config.eventWebhookSecret && !environment['EVENT_WEBHOOK_SECRET']) {
    problems.push(
      'EVENT_WEBHOOK_SECRET: expected ' +
        settings.eventWebhookSecret.expected +
        ' because EVENT_WEBHOOK_URL is set, came nothing',
    );
  }
  if (config.alertEmail.length > 0 && !config.smtpUrl && !environment['SMTP_URL'])
    problems.push(`SMTP_URL: expected ${settings.smtpUrl.expected} because ALERT_EMAIL is set, came nothing`);
  return { config, problems };
}

function readSetting<T>(setting: Setting<T>, environment: Environment, problems: string[]): T {
  const written = environment[setting.env];
  if (written === undefined || written.trim() === '') return setting.fallback;
  if (setting.secret) knowSecrets(written.trim());
  try {
    if (written.length > maxTextLength) throw new RangeError('too long');
    return setting.parse(written);
  } catch {
    problems.push(
      `${setting.env}: expected ${setting.expected}, came ` +
        `${setting.secret || written.length > maxTextLength ? maskSecret(written) : JSON.stringify(written)}`,
    );
    return setting.fallback;
  }
}

/** Says as much of a secret as helps to find a mistake: its length. */
function maskSecret(written: string): string {
  return `a value of ${written.length} characters (not shown)`;
}

/** A configuration that can serve over HTTP. */
export type ServerConfig = Config & { readonly cronSecret: string };

/**
 * Reads every setting as `readConfig` does, and requires what serving over HTTP needs beyond that: fail closed.
 *
 * @throws {ConfigError} a missing CRON_SECRET together with all other problems
 */
export function readServerConfig(environment: Environment = process.env): ServerConfig {
  const { config, problems } = inspectConfig(environment);
  const missing = config.cronSecret === undefined && !environment[settings.cronSecret.env]?.trim();
  const all = missing
    ? [
        `CRON_SECRET: expected ${settings.cronSecret.expected}, came nothing (make one: openssl rand -hex 32)`,
        ...problems,
      ]
    : problems;
  if (all.length > 0) throw new ConfigError(all);
  return config as ServerConfig;
}

export interface EnvironmentFile {
  readonly path: string;
  /** By ESTIO_CRON_ENV: then it has to be there. */
  readonly named: boolean;
}

/**
 * Where the settings are that are not in the environment: what ESTIO_CRON_ENV names, else `.env` in the project's
 * folder.
 */
export function environmentFile(projectFolder: string, environment: Environment = process.env): EnvironmentFile {
  const named = environment['ESTIO_CRON_ENV'];
  return named ? { path: named, named: true } : { path: join(projectFolder, '.env'), named: false };
}

/**
 * Loads an environment file into `process.env`; variables that are already set win.
 *
 * @throws {ConfigError} it cannot be read (a folder, somebody else's), or is named and not there
 */
export function loadEnvironmentFile({ path, named }: EnvironmentFile): void {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !named) return;
    throw new ConfigError([
      `${named ? 'ESTIO_CRON_ENV: ' : ''}${path}: expected a file that can be read, came ${code}`,
    ]);
  }
  for (const [name, value] of Object.entries(parseEnv(content))) process.env[name] ??= value;
}

/** The environment as it is: for handing on to a child process or a worker. */
export function currentEnvironment(): Environment {
  return process.env;
}
