/** Reads the answers to Outlook's own calls, changes nothing in the mailbox, and ends at a sign-in page. */

import type { BrowserContext, CookieData, HTTPRequest, HTTPResponse } from 'puppeteer-core';
import type { AccountDoc } from '../../models/account.ts';
import { delay, second } from '../../platform/clock.ts';
import { readCredentials, saveCredentials } from '../accounts/account-credentials.ts';
import { MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { sameCookies, toSessionCookies, type OutlookWebCredentials, type SessionCookie } from './cookies.ts';
import { decodeAnswer, type DecodedAnswer, type OwaFolder, type OwaItem } from './decode-answers.ts';
import { asksToSignIn } from './in-page.ts';
import { homesOf, outlookSessionEnd, placeOf } from './outlook-hosts.ts';
import { watchPage, type PageLife } from './page-life.ts';
import { refusalError, type Refusal } from './refusals.ts';
import type { BrowserLease, SharedBrowser } from './shared-browser.ts';
import { createShownItems, withoutContent } from './shown-items.ts';

const readAlong = new RegExp(
  String.raw`service\.svc\b.*[?&]action=(FindItem|FindConversation|GetItem|GetConversationItems|FindFolder)\b|` +
    'startupdata|/search/api/',
  'i',
);
const asksById = /[?&]action=(GetItem|GetConversationItems)\b/i;
/** Blocked: opening a message must not mark it read. */
const changing = new RegExp(
  String.raw`UpdateItem|MarkAsRead|MarkAll\w*Read|ApplyConversationAction|DeleteItem|MoveItem|CreateItem|` +
    'SendItem|SetReadState|EmptyFolder',
);
const heavy = new Set(['image', 'font', 'media']);
const maxAnswer = 32 * 2 ** 20;

export interface ShownAnswer extends DecodedAnswer {
  /** The call asked for ids, not a list. */
  readonly isById: boolean;
}

export interface OwaSession {
  readonly path: string;
  /** Later answers add to earlier ones. Only the latest keep their content. */
  readonly items: ReadonlyMap<string, OwaItem>;
  readonly folders: ReadonlyMap<string, OwaFolder>;
  /** In order of arrival, without content. */
  readonly answers: readonly ShownAnswer[];
  readonly identity: { email?: string; aliases: string[] };
  /** Opens a path such as `/mail/inbox`; forgets answers, not items. */
  open(path: string): Promise<void>;
  readonly ask: PageLife['ask'];
  /** Polls; false on time-out. */
  until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean>;
  /** Throws if a service call has failed since `open`. */
  throwServiceFailure(): void;
  /** Whether the service called this message "not found" since `open`. */
  isRefused(id: string): boolean;
  forget(id: string): void;
  /** Saves renewed cookies and releases the browser. Never throws. */
  close(): Promise<void>;
}

/** Waits for the browser. */
export async function openOwaSession(
  account: AccountDoc,
  shared: SharedBrowser,
  context: MailboxContext,
): Promise<OwaSession> {
  const credentials = readCredentials<OutlookWebCredentials>(account, context.config);
  const lease = await shared.lease(context.signal);
  try {
    return await openPage(account, credentials, lease, context);
  } catch (error) {
    lease.release();
    throw error;
  }
}

async function openPage(
  account: AccountDoc,
  credentials: OutlookWebCredentials,
  lease: BrowserLease,
  context: MailboxContext,
): Promise<OwaSession> {
  const homes = homesOf({ email: account.email, origin: credentials.origin, configured: context.config.outlookWebUrl });
  const [base] = homes;
  const jar = await lease.browser.browser.createBrowserContext();
  const items = createShownItems();
  const folders = new Map<string, OwaFolder>();
  const conversationOf = new Map<string, string>();
  const identity: { email?: string; aliases: string[] } = { aliases: [] };
  let answers: ShownAnswer[] = [];
  let failures: Refusal[] = [];
  /** Calls by id answered "not found", with the items still returned. */
  let refusals: { readonly asked: string; readonly shown: readonly OwaItem[] }[] = [];
  let visit = 0;
  let signedIn = false;
  let closing: Promise<void> | undefined;

  await setCookies(jar, credentials.cookies);
  const page = await jar.newPage();
  const { ask, over } = watchPage(page, context.signal, context.config.mailRequestTimeout);
  await page.setRequestInterception(true);
  page.on('request', (request) => void decide(request));
  page.on('response', (response) => void readResponse(response, visit));

  async function readResponse(response: HTTPResponse, visitThen: number): Promise<void> {
    if (!readAlong.test(response.url())) return;
    if (response.status() >= 400) {
      if (visitThen === visit) failures.push(refusalOf(response));
      return;
    }
    // Leaving the page discards its answers; what was missed is shown again.
    const text = await response.text().catch(() => '');
    if (text === '' || text.length > maxAnswer) return;
    let answer: DecodedAnswer;
    try {
      answer = decodeAnswer(JSON.parse(text));
    } catch {
      return;
    }
    items.add(answer.items);
    for (const { id, itemIds } of answer.conversations) for (const itemId of itemIds) conversationOf.set(itemId, id);
    for (const folder of answer.folders) folders.set(folder.id, { ...folders.get(folder.id), ...folder });
    identity.email ??= answer.userEmail as string;
    identity.aliases.push(...answer.aliases);
    if (visitThen !== visit || !saysAnything(answer)) return;
    const isById = asksById.test(response.url());
    const rows = answer.items.map(withoutContent);
    answers.push({ ...answer, items: rows, isById });
    if (answer.notFound && isById) refusals.push({ asked: askedFor(response.request()), shown: rows });
  }

  async function requireSignedIn(): Promise<void> {
    const place = placeOf(page.url(), homes);
    if (place === 'no-page')
      throw new MailError('Outlook on the web: the connection was lost', {
        code: 'page-unreachable',
        reaction: 'retry',
      });
    const asked =
      place === 'sign-in' ||
      failures.some(({ status }) => status === 401 || status === 440) ||
      (await ask(() => page.evaluate(asksToSignIn).catch(() => false)));
    if (asked) {
      signedIn = false;
      throw new MailError(
        `${account.email === '' ? '' : `${account.email}: `}Outlook on the web asks to sign in, the session has ` +
          'ended; connect it again (node adapter --connect outlook-web)',
        { code: 'session-expired', reaction: 'reauth' },
      );
    }
    signedIn = true;
  }

  return {
    items: items.byId,
    folders,
    identity,
    ask,
    get path() {
      return new URL(page.url()).pathname;
    },
    get answers() {
      return answers;
    },

    async open(path) {
      over.throwIfAborted();
      visit += 1;
      answers = [];
      failures = [];
      refusals = [];
      context.count('pagesOpened');
      const response = await ask(() =>
        page.goto(`${base}${path}`, { waitUntil: 'domcontentloaded', timeout: 0 }),
      ).catch((error: unknown) => {
        over.throwIfAborted();
        throw new MailError(
          `Outlook on the web does not open: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300),
          { code: 'page-unreachable', reaction: 'retry', cause: error },
        );
      });
      const refused = response && response.status() >= 400 ? refusalOf(response) : undefined;
      if (refused) failures.push(refused);
      await requireSignedIn();
      if (refused) throw refusalError('its page is', refused, context.clock.now());
    },

    async until(holds, timeoutMs) {
      let late = timeoutMs <= 0;
      const timer = setTimeout(() => (late = true), timeoutMs);
      try {
        for (;;) {
          over.throwIfAborted();
          if (failures.length > 0 || placeOf(page.url(), homes) !== 'outlook') await requireSignedIn();
          if (await holds()) return true;
          if (late) return false;
          await delay(50, over);
        }
      } finally {
        clearTimeout(timer);
      }
    },

    throwServiceFailure() {
      const failure = failures.find(({ status }) => status === 429) ?? failures.find(({ status }) => status >= 500);
      if (failure) throw refusalError('its calls are', failure, context.clock.now());
    },

    isRefused(id) {
      const ids = [id, items.byId.get(id)?.conversationId, conversationOf.get(id)].filter((one) => one !== undefined);
      return refusals.some(
        ({ asked, shown }) =>
          ids.some((one) => asked.includes(JSON.stringify(one))) && !shown.some((item) => item.id === id),
      );
    },

    forget: (id) => items.forget(id),
    close: () => (closing ??= closePage()),
  };

  async function closePage(): Promise<void> {
    try {
      // A mailbox on trial has no saved account.
      if (signedIn && account.credentialsVersion >= 0) await saveRenewed();
      await Promise.race([jar.close(), delay(5 * second)]);
    } catch (error) {
      context.log.warn({ err: error }, 'the page of Outlook on the web did not close cleanly');
    } finally {
      lease.release();
    }
  }

  /** The site renews cookies in use; the next run needs them. */
  async function saveRenewed(): Promise<void> {
    const cookies = toSessionCookies(await jar.cookies());
    if (cookies.length === 0 || sameCookies(cookies, credentials.cookies)) return;
    await saveCredentials(
      account,
      { ...credentials, cookies } satisfies OutlookWebCredentials,
      context.config,
      outlookSessionEnd(cookies, homes),
    );
    context.count('sessionsRenewed');
  }
}

function saysAnything({ items, conversations, folders, total, notFound }: DecodedAnswer): boolean {
  return items.length + conversations.length + folders.length > 0 || total !== undefined || notFound;
}

/** A cookie that the browser refuses must not cost the others. */
async function setCookies(jar: BrowserContext, cookies: readonly SessionCookie[]): Promise<void> {
  for (const cookie of cookies) {
    const { expires, ...rest } = cookie;
    const data: CookieData = { ...rest, ...(expires === undefined ? {} : { expires }) };
    await jar.setCookie(data).catch(() => undefined);
  }
}

async function decide(request: HTTPRequest): Promise<void> {
  const unwanted = heavy.has(request.resourceType()) || (request.method() !== 'GET' && changing.test(request.url()));
  await (unwanted ? request.abort() : request.continue()).catch(() => undefined);
}

function refusalOf(response: HTTPResponse): Refusal {
  return { status: response.status(), retryAfter: response.headers()['retry-after'] };
}

/** Outlook sends the body as such or percent-encoded in a header. */
function askedFor(request: HTTPRequest): string {
  const header = request.headers()['x-owa-urlpostdata'] ?? '';
  return `${request.postData() ?? ''}${new URLSearchParams(`header=${header}`).get('header')}`;
}
