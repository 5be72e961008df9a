/** Sign-in in a visible browser, or exported cookies; never stores a password. */

import { Types } from 'mongoose';
import type { AccountDoc } from '../../models/account.ts';
import { launchBrowser } from '../../platform/browser.ts';
import { delay, minute, second, type Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { sealCredentials } from '../../platform/crypto.ts';
import { EstioError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { saveConnectedAccount } from '../accounts/connect-account.ts';
import { parseCookiesFile, toSessionCookies, type OutlookWebCredentials } from './cookies.ts';
import { homesOf, originOfCookies, outlookSessionEnd, outlookWebAddress, ownCookies } from './outlook-hosts.ts';
import { OwaMailbox } from './owa-mailbox.ts';
import { createSharedBrowser } from './shared-browser.ts';

const signInTime = 10 * minute;

export interface ConnectOutlookWebOptions {
  readonly locationId: Types.ObjectId;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly cookiesFile?: string;
}

/**
 * Tries the session, then saves the account.
 *
 * @throws {EstioError} `cookies-file`, `connect-timeout`, `connect-refused`
 * @throws {MailError} `session-expired`: the cookies do not open the mailbox
 */
export async function connectOutlookWeb(options: ConnectOutlookWebOptions): Promise<AccountDoc> {
  const credentials =
    options.cookiesFile === undefined
      ? await signInVisibly(options)
      : broughtAlong(options.cookiesFile, options.config);
  const email = await whoseMailbox(credentials, options);
  const ends = outlookSessionEnd(
    credentials.cookies,
    homesOf({ email, origin: credentials.origin, configured: options.config.outlookWebUrl }),
  );
  return saveConnectedAccount(
    {
      provider: 'outlook-web',
      email,
      locationId: options.locationId,
      credentials,
      connectedAt: options.clock.now(),
      ...(ends ? { credentialsExpireAt: ends } : {}),
    },
    options.config,
  );
}

function broughtAlong(cookiesFile: string, { outlookWebUrl }: Config): OutlookWebCredentials {
  const { outlook, signIn } = ownCookies(parseCookiesFile(cookiesFile), outlookWebUrl ? [outlookWebUrl] : []);
  const cookies = [...outlook, ...signIn];
  if (cookies.length === 0)
    throw new EstioError(
      "The cookies file contains no cookie of Outlook on the web or Microsoft's sign-in: export it " +
        'where the mailbox is open',
      { code: 'cookies-file' },
    );
  const origin = originOfCookies(cookies);
  return { cookies, ...(origin ? { origin } : {}) };
}

/** Headless, as in the job. */
async function whoseMailbox(
  given: OutlookWebCredentials,
  { config, clock, log, signal }: ConnectOutlookWebOptions,
): Promise<string> {
  const shared = createSharedBrowser(config, log);
  const _id = new Types.ObjectId();
  const trial = {
    _id,
    email: '',
    provider: 'outlook-web',
    credentials: sealCredentials(given, String(_id), config),
    credentialsVersion: -1,
  } as unknown as AccountDoc;
  const mailbox = new OwaMailbox({
    account: trial,
    shared,
    context: { config, clock, log, signal, count: () => undefined },
    timeZone: 'UTC',
  });
  try {
    const { email } = await mailbox.identity();
    if (email) return email;
    throw new EstioError("Outlook on the web opened, but did not return the mailbox's address: nothing was connected", {
      code: 'connect-refused',
    });
  } finally {
    await mailbox.close();
    await shared.close();
  }
}

async function signInVisibly({ config, signal }: ConnectOutlookWebOptions): Promise<OutlookWebCredentials> {
  const launched = await launchBrowser(config, { visible: true });
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(signInTime)]);
  try {
    const base = outlookWebAddress({ email: '', configured: config.outlookWebUrl });
    const page = (await launched.browser.pages())[0] ?? (await launched.browser.newPage());
    await page.goto(`${base}/mail/`, { timeout: config.mailRequestTimeout }).catch(() => undefined);
    for (;;) {
      if (waiting.aborted || !launched.browser.connected)
        throw new EstioError(
          `The sign-in was not completed within ${signInTime / minute} minutes, or the browser was closed: ` +
            'nothing was connected',
          { code: 'connect-timeout' },
        );
      const inside = await page.$('[role="listbox"], [role="main"]').catch(() => null);
      const { origin, pathname } = new URL(page.url());
      if (inside && /\/mail(\/|$)/.test(pathname))
        return { cookies: toSessionCookies(await launched.browser.cookies()), origin };
      await delay(second, waiting).catch(() => undefined);
    }
  } finally {
    await launched.close();
  }
}
