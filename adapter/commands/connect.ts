import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Types } from 'mongoose';
import { makeConnectLink } from '../../shared/mail/accounts/connect-link.ts';
import { consentProviders } from '../../shared/mail/accounts/consent-providers.ts';
import { daysInWords, daysLeft } from '../../shared/mail/accounts/session-days.ts';
import type { AccountDoc } from '../../shared/models/account.ts';
import { requireLocation } from '../../shared/models/location.ts';
import { closestName } from '../../shared/platform/closest-name.ts';
import { systemClock, type Clock } from '../../shared/platform/clock.ts';
import { readConfig, settings, type Config } from '../../shared/platform/config.ts';
import { abortReason, ConfigError, EstioError, UsageError } from '../../shared/platform/errors.ts';
import { createLogger, type Logger } from '../../shared/platform/logger.ts';
import type { Options } from '../arguments.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { createJobService, requireJob } from '../job-service.ts';
import { findJobs } from '../jobs.ts';
import type { Command } from '../command.ts';
import { signalled, stopSignals } from '../signals.ts';
import { withDatabase } from '../with-database.ts';

interface SignIn {
  readonly locationId: Types.ObjectId;
  readonly options: Options;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

interface Connection {
  readonly job: string;
  readonly signIn: (given: SignIn) => Promise<AccountDoc>;
}

const connections: Readonly<Record<string, Connection>> = {
  gmail: {
    job: 'gmail-sync',
    async signIn({ options, ...given }) {
      const { connectGmail } = await import('../../shared/mail/gmail/connect.ts');
      return connectGmail({
        ...given,
        showAddress: (address) => say(`Open this address and sign in to the mailbox:\n\n${address}\n`),
        ...(options.paste ? { askForRedirect } : {}),
      });
    },
  },
  outlook: {
    job: 'outlook-sync',
    async signIn({ options: _options, ...given }) {
      const { connectOutlook } = await import('../../shared/mail/graph/connect.ts');
      return connectOutlook({
        ...given,
        showCode: ({ page, code, expiresInSeconds }) =>
          say(
            `Open ${page} in any browser and enter the code\n\n${code}\n\nwithin ` +
              `${Math.floor(expiresInSeconds / 60)} minutes.`,
          ),
      });
    },
  },
  'outlook-web': {
    job: 'outlook-sync',
    async signIn({ options, ...given }) {
      const { connectOutlookWeb } = await import('../../shared/mail/outlook-web/connect.ts');
      if (!options.cookies) say('A browser opens: sign in to the mailbox there. Nothing that you type is stored.');
      const account = await connectOutlookWeb({
        ...given,
        ...(options.cookies ? { cookiesFile: await readCookies(options.cookies) } : {}),
      });
      const days = daysLeft(account, given.clock.now());
      say(
        days === undefined
          ? 'It is unknown how long the session lasts.'
          : `The session lasts ${daysInWords(days)} at most.`,
      );
      return account;
    },
  },
};

export const connect: Command = async ({ options }) => {
  const connection = connections[options.connect as string];
  if (!connection) {
    const names = Object.keys(connections);
    const guess = closestName(options.connect as string, names);
    throw new UsageError(
      `--connect expects ${names.join(', ')}, got ${JSON.stringify(options.connect)}` +
        `${guess ? ` (did you mean ${guess}?)` : ''}`,
    );
  }
  if (options.link) return printLink(options);
  const config = readConfig();
  if (!config.credentialsKey)
    throw new ConfigError([`CREDENTIALS_KEY: expected ${settings.credentialsKey.expected}, got nothing`]);
  const prettyLog = process.stderr.isTTY;
  const log = await createLogger({ level: config.logLevel, fd: 2, pretty: prettyLog });
  const jobs = await findJobs({ production: config.nodeEnv === 'production', folder: options.functions, log });
  const { description } = requireJob(jobs, connection.job);
  const service = createJobService({ config, log, jobs, logFd: 2, prettyLog });
  const stop = new AbortController();
  void signalled(stopSignals).then((signal) => stop.abort(new Error(`asked to stop (${signal})`)));
  try {
    await service.database();
    const { _id: locationId } = await requireLocation(options.location ?? options['location-id']);
    const account = await connection
      .signIn({ locationId, options, config, clock: systemClock, log, signal: stop.signal })
      .catch((thrown: unknown) => {
        if (!stop.signal.aborted) throw thrown;
        throw new EstioError(`Cancelled, ${abortReason(stop.signal)}: nothing was connected`, {
          code: 'cancelled',
          cause: thrown,
        });
      });
    say(`Connected ${account.email}. The first sync begins.`);
    const parameters = { accountId: String(account._id), dryRun: false, confirmRemovals: false };
    const envelope = await service.run(description, { trigger: 'invoke', parameters, signal: stop.signal });
    process.stdout.write(`${JSON.stringify(envelope, null, process.stdout.isTTY && !options.json ? 2 : 0)}\n`);
    return exitCodeOf(envelope.status);
  } finally {
    await service.close();
  }
};

function printLink(options: Options): Promise<number> {
  const provider = consentProviders.find((name) => name === options.connect);
  if (!provider)
    throw new UsageError(
      `--link works for ${consentProviders.join(' and ')} only: a session cannot be passed on by a link`,
    );
  return withDatabase(async (config) => {
    const { _id, name } = await requireLocation(options.location ?? options['location-id']);
    const { address, expiresAt } = await makeConnectLink(provider, _id, { config, clock: systemClock });
    if (options.json) console.log(JSON.stringify({ address, provider, locationId: _id, expiresAt }));
    else console.log(address);
    say(`Whoever opens this link can connect one mailbox to ${name}, until ${expiresAt.toISOString()}.`);
    return exitCodes.done;
  });
}

async function readCookies(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw new UsageError(`--cookies expects a file that can be read, got ${JSON.stringify(file)} (${thrown.code})`);
  });
}

async function askForRedirect(signal: AbortSignal): Promise<string> {
  say('Afterwards the browser shows a page that cannot be opened: copy its whole address.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // On a terminal Ctrl-C comes as a key.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // The input has ended.
  const ended = new Promise<never>((_, reject) => {
    terminal.once('close', () =>
      reject(
        new EstioError('The input ended before an address was pasted: nothing was connected', {
          code: 'connect-refused',
        }),
      ),
    );
  });
  try {
    return await Promise.race([terminal.question('Paste it here: ', { signal }), ended]);
  } finally {
    terminal.close();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
