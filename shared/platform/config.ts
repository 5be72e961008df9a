/** The only reader of `process.env`; SETTINGS.md and `.env.example` keep this order. */

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

/** RFC 6750 2.1 */
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;
const bearerTokenExpected = 'a secret of 32 to 512 characters: letters, digits and . _ ~ + / - =';

/** 32 bytes (AES-256) */
const base64Key = /^[A-Za-z0-9+/]{43}=$/;
const base64KeyExpected = '32 bytes in base64 (make one: openssl rand -base64 32)';

/** For projects from May 2026 on. */
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
      'Bearer token of the HTTP endpoints. Without it the server does not start (make one: openssl rand -hex 32).',
  }),
  cronSecretPrevious: secret({
    env: 'CRON_SECRET_PREVIOUS',
    minLength: 32,
    maxLength: 512,
    pattern: bearerToken,
    expected: bearerTokenExpected,
    description: 'The token before the last rotation. It is accepted until you remove it.',
  }),
  metricsToken: secret({
    env: 'METRICS_TOKEN',
    minLength: 32,
    maxLength: 512,
    pattern: bearerToken,
    expected: bearerTokenExpected,
    description: 'Bearer token for /metrics and /api/runs only. Unset: CRON_SECRET.',
  }),
  host: text({
    env: 'HOST',
    fallback: '127.0.0.1',
    pattern: /^\S+$/,
    expected: 'a host name or address',
    description: 'Address on which the server listens. For TLS use a reverse proxy.',
  }),
  port: number({
    env: 'PORT',
    fallback: 8787,
    min: 0,
    max: 65_535,
    description: 'Port of the server. 0: any free port.',
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
    description: 'Local state: the embedded database, the demo. Relative to the project folder.',
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
    description: 'Whether the status page has buttons (run, confirm, approve, replay, pause). 0: it only displays.',
  }),
  nodeEnv: choice({
    env: 'NODE_ENV',
    words: ['development', 'production', 'test'],
    fallback: 'development',
    description: 'production: nothing is built and no index is created automatically.',
  }),
  logLevel: choice({
    env: 'LOG_LEVEL',
    words: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    fallback: 'info',
    description: 'The lowest log level that is written.',
  }),

  cronLock: choice({
    env: 'CRON_LOCK',
    words: ['file', 'mongo'],
    fallback: 'file',
    description: 'file: only this host runs jobs on the database; mongo: several hosts share the work.',
  }),
  // Shared by server, --invoke and cron's trigger, whatever their directory or TMPDIR.
  cronLockDir: optionalText({
    env: 'CRON_LOCK_DIR',
    pattern: /^\//,
    expected: 'a path that begins with /',
    description:
      'Folder of the lock files, the same for everything that runs jobs on this host. Unset: ' +
      '/run/estio-cron if the systemd unit created it, else /tmp.',
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
    description: 'Time budget of a run. At its end the job stops at the next safe point.',
  }),
  cronGrace: duration({
    env: 'CRON_GRACE',
    fallback: '60s',
    min: '0s',
    max: '1h',
    description: 'A run that has not stopped this long after its budget is terminated.',
  }),
  cronWorkerMaxMb: number({
    env: 'CRON_WORKER_MAX_MB',
    fallback: 1024,
    min: 64,
    max: 65_536,
    description: 'Heap limit of a run (MB). A run that exceeds it, or uses 512 MB more in total, fails alone.',
  }),
  cronUrl: url({ env: 'CRON_URL', description: 'Base address that crontab/trigger calls. Unset: http://HOST:PORT.' }),
  cronSkipRetries: number({
    env: 'CRON_SKIP_RETRIES',
    fallback: 3,
    min: 0,
    max: 20,
    description: 'How often crontab/trigger retries when a run was skipped for lack of resources.',
  }),
  cronSkipPause: duration({
    env: 'CRON_SKIP_PAUSE',
    fallback: '60s',
    min: '0s',
    max: '1h',
    description: 'How long crontab/trigger waits before it retries.',
  }),
  cronReconnect: duration({
    env: 'CRON_RECONNECT',
    fallback: '30s',
    min: '0s',
    max: '1h',
    description: 'How long crontab/trigger waits for an adapter that restarts.',
  }),
  cronMaxTime: optionalText({
    env: 'CRON_MAX_TIME',
    pattern: /^\d+(\.\d+)?(ms|s|m|h|d)$/,
    expected: 'a length of time, such as 90s, 30m or 2h',
    description: 'How long crontab/trigger waits for a run. Unset: CRON_BUDGET, CRON_GRACE and a minute.',
  }),
  cronParallel: number({
    env: 'CRON_PARALLEL',
    fallback: 1,
    min: 1,
    max: 20,
    description: 'How many calls crontab/trigger makes at once: more than 1 only for a hosted platform.',
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
    description: 'Allows pings to this host and to private networks.',
  }),

  credentialsKey: secret({
    env: 'CREDENTIALS_KEY',
    pattern: base64Key,
    expected: base64KeyExpected,
    description: 'Key that encrypts stored tokens and cookies (AES-256-GCM).',
  }),
  credentialsKeyPrevious: secret({
    env: 'CREDENTIALS_KEY_PREVIOUS',
    pattern: base64Key,
    expected: base64KeyExpected,
    description: 'The key before the last rotation. It still decrypts.',
  }),

  trashRetentionDays: number({
    env: 'TRASH_RETENTION_DAYS',
    fallback: 30,
    min: 1,
    max: 3650,
    description: 'purge-trash deletes records that were soft-deleted more than this many days ago.',
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
    description: 'Feeds synced at the same time.',
  }),
  feedTimeout: duration({
    env: 'FEED_TIMEOUT',
    fallback: '20m',
    min: '1s',
    max: '24h',
    description: "Longest time for one feed. While others wait, at most half of the run's remaining time.",
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
      "Public address of the adapter's /feed-images, such as https://crm.example/feed-images. Pictures " +
      "in a feed's ZIP are kept under DATA_DIR and served there. Unset: they are lost, and counted.",
  }),
  feedFolders: list({
    env: 'FEED_FOLDERS',
    description:
      'Folders of this host from which feeds may be read (file:///var/feeds/agency/), including ' +
      'subfolders. Unset: none.',
  }),
  feedAllowPrivate: flag({
    env: 'FEED_ALLOW_PRIVATE',
    fallback: false,
    description: 'Allows feeds from private and loopback addresses. For tests and demos only.',
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
    description: 'Whether mail creates contacts: never, for people you wrote to, or for everyone.',
  }),
  mailFollowDeletions: choice({
    env: 'MAIL_FOLLOW_DELETIONS',
    words: ['recent', 'all'],
    fallback: 'recent',
    description:
      'Which mail leaves the CRM when it is deleted from its mailbox: mail received in the last 90 ' +
      'days, or all. Mail moved to trash or spam always leaves.',
  }),
  mailOwnDomains: list({
    env: 'MAIL_OWN_DOMAINS',
    description: "The agency's own mail domains. Mail between them is internal and ignored.",
  }),
  mailAccountConcurrency: number({
    env: 'MAIL_ACCOUNT_CONCURRENCY',
    fallback: 4,
    min: 1,
    max: 64,
    description: 'Mailboxes synced at the same time.',
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
    description: 'Address of the Gmail API. Change it only for emulators.',
  }),
  googleAuthUrl: url({
    env: 'GOOGLE_AUTH_URL',
    fallback: 'https://accounts.google.com/o/oauth2/v2/auth',
    description: "Address of Google's consent page. Change it only for emulators.",
  }),
  googleTokenUrl: url({
    env: 'GOOGLE_TOKEN_URL',
    fallback: 'https://oauth2.googleapis.com/token',
    description: "Address of Google's token endpoint. Change it only for emulators.",
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
  gmailUnitsPerDay: number({
    env: 'GMAIL_UNITS_PER_DAY',
    fallback: 80_000_000,
    min: 1000,
    max: 10_000_000_000,
    description: 'Gmail quota units per day of the whole project: at 80 % first imports stop until the next day.',
  }),
  gmailUnitPrices: text({
    env: 'GMAIL_UNIT_PRICES',
    fallback: defaultGmailPrices,
    pattern: gmailPrices,
    expected: 'method=units of these methods, separated by commas',
    description:
      'What each Gmail method costs in quota units (messages.get=5 for projects older than May 2026). ' +
      'Methods that are not listed keep their price.',
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
  gmailPushAudience: optionalText({
    env: 'GMAIL_PUSH_AUDIENCE',
    pattern: /^\S+$/,
    expected: 'the audience of the push subscription, such as https://cron.example/api/push/gmail',
    description: 'Audience of the tokens with which Pub/Sub calls /api/push/gmail. Unset: the address is not served.',
  }),
  gmailPushAccount: optionalText({
    env: 'GMAIL_PUSH_ACCOUNT',
    pattern: /^[^@\s]+@[^@\s]+$/,
    expected: 'the e-mail address of a service account',
    description: 'Service account of that push subscription: only its tokens are accepted.',
  }),
  googleCertsUrl: url({
    env: 'GOOGLE_CERTS_URL',
    fallback: 'https://www.googleapis.com/oauth2/v1/certs',
    description: "Address of Google's public keys, which verify those tokens.",
  }),

  microsoftClientId: optionalText({
    env: 'MICROSOFT_CLIENT_ID',
    description: 'Application (client) id in Microsoft Entra.',
  }),
  microsoftClientSecret: secret({
    env: 'MICROSOFT_CLIENT_SECRET',
    description: 'Its secret. Unset for a public client.',
  }),
  microsoftTenant: text({
    env: 'MICROSOFT_TENANT',
    fallback: 'common',
    pattern: /^[\w.-]+$/,
    expected: 'a tenant id or domain, common or organizations',
    description: 'Tenant whose users sign in.',
  }),
  microsoftLoginUrl: url({
    env: 'MICROSOFT_LOGIN_URL',
    fallback: 'https://login.microsoftonline.com',
    description: "Address of Microsoft's sign-in. Change it only for national clouds and emulators.",
  }),
  microsoftGraphUrl: url({
    env: 'MICROSOFT_GRAPH_URL',
    fallback: 'https://graph.microsoft.com',
    description: 'Address of Microsoft Graph. Change it only for national clouds and emulators.',
  }),
  graphPushUrl: url({
    env: 'GRAPH_PUSH_URL',
    protocols: ['https:'],
    description:
      'Address of /api/push/graph as Microsoft reaches it (https://cron.example/api/push/graph): new mail in Outlook ' +
      'is reported there. Unset: the address is not served.',
  }),
  outlookFolders: list({
    env: 'OUTLOOK_FOLDERS',
    description:
      'Outlook folders to read in addition to Inbox, Sent Items and Archive: by name or path (Clients, ' +
      'Inbox/Villas, "Sales, rent"/"A/B") or id. Unset: all except junk, trash, drafts, outbox and ' +
      'similar.',
    split: (value) => splitQuoted(value, ',').filter((part) => part !== ''),
  }),
  outlookCreateContacts: flag({
    env: 'OUTLOOK_CREATE_CONTACTS',
    fallback: false,
    description: 'Whether an Outlook contact that is unknown in the CRM creates a contact.',
  }),
  outlookWebUrl: url({
    env: 'OUTLOOK_WEB_URL',
    description:
      'Address of Outlook on the web. Unset: where the session was created, else outlook.office.com or ' +
      'outlook.live.com, depending on the account.',
  }),
  chromiumPath: optionalText({
    env: 'CHROMIUM_PATH',
    description: 'Path of a Chromium on this system. Unset: the one from npm.',
  }),
  chromiumNoSandbox: flag({
    env: 'CHROMIUM_NO_SANDBOX',
    fallback: false,
    description: 'Starts Chromium without its sandbox, which does not work for root. For containers and tests only.',
  }),
  chromiumMaxMb: number({
    env: 'CHROMIUM_MAX_MB',
    fallback: 700,
    min: 100,
    max: 65_536,
    description:
      'Above this resident memory (MB) the browser is restarted between accounts; 512 MB above it, it ' +
      'is killed at once.',
  }),

  leadMinScore: number({
    env: 'LEAD_MIN_SCORE',
    fallback: 0,
    min: 0,
    max: 100,
    description: 'Leads below this score are not reported as inactive. 0: all qualified leads are.',
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
    description: 'Maximum events per check, location and run. The rest follows in the next run.',
  }),
  publicUrl: url({
    env: 'PUBLIC_URL',
    protocols: ['https:'],
    description:
      'Public address of the adapter behind the reverse proxy, such as https://cron.example. Needed ' +
      'for links with which staff connect a mailbox.',
  }),

  alertEmail: list({
    env: 'ALERT_EMAIL',
    description: 'Mail addresses that receive alerts: when something goes wrong, and when it is over. Unset: none.',
  }),
  alertWebhookUrl: url({
    env: 'ALERT_WEBHOOK_URL',
    secret: true,
    exact: true,
    description: 'Incoming webhook of Slack, Mattermost or similar ({"text": "..."}) that receives the same alerts.',
  }),
  alertWebhookAllowPrivate: flag({
    env: 'ALERT_WEBHOOK_ALLOW_PRIVATE',
    fallback: false,
    description: 'Allows alerts to this host and to private networks.',
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
    description: "Local time at which each location's daily report is sent. Unset: no report.",
  }),

  eventWebhookUrl: url({
    env: 'EVENT_WEBHOOK_URL',
    secret: true,
    exact: true,
    description: 'Address that receives the events. Unset: they wait in the database for the CRM.',
  }),
  eventWebhookAllowPrivate: flag({
    env: 'EVENT_WEBHOOK_ALLOW_PRIVATE',
    fallback: false,
    description: 'Allows events to this host and to private networks (a CRM on the same server).',
  }),
  eventWebhookSecret: secret({
    env: 'EVENT_WEBHOOK_SECRET',
    pattern: /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    expected: 'whsec_ and at least 24 bytes in base64 (make one: echo whsec_$(openssl rand -base64 32))',
    description: 'Secret that signs the events (Standard Webhooks). Required with EVENT_WEBHOOK_URL.',
  }),
  eventWebhookSecretPrevious: secret({
    env: 'EVENT_WEBHOOK_SECRET_PREVIOUS',
    pattern: /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    expected: 'whsec_ and at least 24 bytes in base64',
    description: 'The secret before the last rotation. Events also carry its signature until you remove it.',
  }),
} as const;

type SettingValue<S> = S extends Setting<infer T> ? T : never;

export type Config = { readonly [K in keyof typeof settings]: SettingValue<(typeof settings)[K]> } & {
  readonly jobPingUrls: Readonly<Record<string, string>>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

const jobPingPrefix = 'CRON_PING_URL_';

/** Reports all problems at once. @throws {ConfigError} secrets masked */
export function readConfig(environment: Environment = process.env): Config {
  const { config, problems } = inspectConfig(environment);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** With defaults for unusable settings. */
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
    problems.push('METRICS_TOKEN: expected a token other than CRON_SECRET, which starts jobs; got the same');
  if (config.eventWebhookUrl && !config.eventWebhookSecret && !environment['EVENT_WEBHOOK_SECRET']) {
    problems.push(
      'EVENT_WEBHOOK_SECRET: expected ' +
        settings.eventWebhookSecret.expected +
        ' because EVENT_WEBHOOK_URL is set, got nothing',
    );
  }
  if (config.alertEmail.length > 0 && !config.smtpUrl && !environment['SMTP_URL'])
    problems.push(`SMTP_URL: expected ${settings.smtpUrl.expected} because ALERT_EMAIL is set, got nothing`);
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
      `${setting.env}: expected ${setting.expected}, got ` +
        `${setting.secret || written.length > maxTextLength ? maskSecret(written) : JSON.stringify(written)}`,
    );
    return setting.fallback;
  }
}

function maskSecret(written: string): string {
  return `a value of ${written.length} characters (not shown)`;
}

export type ServerConfig = Config & { readonly cronSecret: string };

/** @throws {ConfigError} */
export function readServerConfig(environment: Environment = process.env): ServerConfig {
  const { config, problems } = inspectConfig(environment);
  const missing = config.cronSecret === undefined && !environment[settings.cronSecret.env]?.trim();
  const all = missing
    ? [
        `CRON_SECRET: expected ${settings.cronSecret.expected}, got nothing (make one: openssl rand -hex 32)`,
        ...problems,
      ]
    : problems;
  if (all.length > 0) throw new ConfigError(all);
  return config as ServerConfig;
}

export interface EnvironmentFile {
  readonly path: string;
  /** It must exist. */
  readonly named: boolean;
}

export function environmentFile(projectFolder: string, environment: Environment = process.env): EnvironmentFile {
  const named = environment['ESTIO_CRON_ENV'];
  return named ? { path: named, named: true } : { path: join(projectFolder, '.env'), named: false };
}

/** Editors put a byte order mark first. */
export function parseEnvironment(content: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(content.replace(/^\uFEFF/, ''));
}

/**
 * Existing variables win.
 * @throws {ConfigError} unreadable, or named and missing
 */
export function loadEnvironmentFile({ path, named }: EnvironmentFile): void {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !named) return;
    throw new ConfigError([`${named ? 'ESTIO_CRON_ENV: ' : ''}${path}: expected a file that can be read, got ${code}`]);
  }
  for (const [name, value] of Object.entries(parseEnvironment(content))) process.env[name] ??= value;
}

export function currentEnvironment(): Environment {
  return process.env;
}
