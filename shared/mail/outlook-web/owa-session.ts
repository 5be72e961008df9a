/** Changes nothing in the mailbox, and ends at a sign-in page. */

import type { BrowserContext, CookieData, HTTPRequest, HTTPResponse, Page } from 'puppeteer-core';
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
/** Startup data brings the inbox's first rows, whichever folder is open. */
const listsMail = /[?&]action=(FindItem|FindConversation)\b|\/search\/api\//i;
const asksById = /[?&]action=(GetItem|GetConversationItems)\b/i;
/** Blocked: opening a message must not mark it read. */
const changing = new RegExp(
  String.raw`UpdateItem|MarkAsRead|MarkAll\w*Read|ApplyConversationAction|DeleteItem|MoveItem|CreateItem|` +
    'SendItem|SetReadState|EmptyFolder',
);
const heavy = new Set(['image', 'font', 'media']);
const maxAnswer = 32 * 2 ** 20;

export interface ShownAnswer extends DecodedAnswer {
  readonly isById: boolean;
  /** To the page's call for its list. */
  readonly isList: boolean;
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
    const jar = await lease.browser.browser.createBrowserContext();
    await setCookies(jar, credentials.cookies);
    const page = await jar.newPage();
    const session = new OwaSession({ account, credentials, lease, jar, page, context });
    await session.listen();
    return session;
  } catch (error) {
    lease.release();
    throw error;
  }
}

interface OpenPage {
  readonly account: AccountDoc;
  readonly credentials: OutlookWebCredentials;
  readonly lease: BrowserLease;
  readonly jar: BrowserContext;
  readonly page: Page;
  readonly context: MailboxContext;
}

export class OwaSession {
  readonly #open: OpenPage;
  readonly #homes: readonly string[];
  readonly #life: PageLife;
  readonly #shown = createShownItems();
  readonly #folders = new Map<string, OwaFolder>();
  readonly #conversationOf = new Map<string, string>();
  readonly #identity: { email?: string; aliases: string[] } = { aliases: [] };
  #visit: Visit = newVisit();
  #signedIn = false;
  #closing: Promise<void> | undefined;

  constructor(open: OpenPage) {
    const { account, credentials, page, context } = open;
    this.#open = open;
    this.#homes = homesOf({
      email: account.email,
      origin: credentials.origin,
      configured: context.config.outlookWebUrl,
    });
    this.#life = watchPage(page, context.signal, context.config.mailRequestTimeout);
  }

  async listen(): Promise<void> {
    const { page } = this.#open;
    await page.setRequestInterception(true);
    page.on('request', (request) => void decide(request));
    page.on('response', (response) => void this.#readResponse(response, this.#visit));
  }

  /** Later answers add to earlier ones. Only the latest keep their content. */
  get items(): ReadonlyMap<string, OwaItem> {
    return this.#shown.byId;
  }

  get folders(): ReadonlyMap<string, OwaFolder> {
    return this.#folders;
  }

  get identity(): { readonly email?: string; readonly aliases: readonly string[] } {
    return this.#identity;
  }

  get path(): string {
    return new URL(this.#open.page.url()).pathname;
  }

  /** Since `open`, without content. */
  get answers(): readonly ShownAnswer[] {
    return this.#visit.answers;
  }

  get ask(): PageLife['ask'] {
    return this.#life.ask;
  }

  /** Opens a path such as `/mail/inbox`; forgets answers, not items. */
  async open(path: string): Promise<void> {
    const { page, context } = this.#open;
    const { ask, over } = this.#life;
    over.throwIfAborted();
    this.#visit = newVisit();
    context.count('pagesOpened');
    const response = await ask(() =>
      page.goto(`${this.#homes[0]}${path}`, { waitUntil: 'domcontentloaded', timeout: 0 }),
    ).catch((error: unknown) => {
      over.throwIfAborted();
      throw new MailError(
        `Outlook on the web does not open: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300),
        { code: 'page-unreachable', reaction: 'retry', cause: error },
      );
    });
    const refused = response && response.status() >= 400 ? refusalOf(response) : undefined;
    if (refused) this.#visit.failures.push(refused);
    await this.#requireSignedIn();
    if (refused) throw refusalError('its page is', refused, context.clock.now());
  }

  /** False on time-out. */
  async until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
    const { over } = this.#life;
    let late = timeoutMs <= 0;
    const timer = setTimeout(() => (late = true), timeoutMs);
    try {
      for (;;) {
        over.throwIfAborted();
        const isAway = placeOf(this.#open.page.url(), this.#homes) !== 'outlook';
        if (isAway || this.#visit.failures.length > 0) await this.#requireSignedIn();
        if (await holds()) return true;
        if (late) return false;
        await delay(50, over);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** For calls since `open`. */
  throwServiceFailure(): void {
    const { failures } = this.#visit;
    const failure = failures.find(({ status }) => status === 429) ?? failures.find(({ status }) => status >= 500);
    if (failure) throw refusalError('its calls are', failure, this.#open.context.clock.now());
  }

  /** Since `open`. */
  isRefused(id: string): boolean {
    const ids = [id, this.items.get(id)?.conversationId, this.#conversationOf.get(id)];
    const quoted = ids.filter((one) => one !== undefined).map((one) => JSON.stringify(one));
    return this.#visit.refusals.some(
      ({ asked, shown }) => quoted.some((one) => asked.includes(one)) && !shown.some((item) => item.id === id),
    );
  }

  forget(id: string): void {
    this.#shown.forget(id);
  }

  /** Saves renewed cookies. Never throws. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #readResponse(response: HTTPResponse, visit: Visit): Promise<void> {
    if (!readAlong.test(response.url())) return;
    if (response.status() >= 400 || this.#leadsToSignIn(response)) {
      visit.failures.push(refusalOf(response));
      return;
    }
    const text = await response.text().catch(() => '');
    const answer = text.length > maxAnswer ? undefined : parseAnswer(text);
    if (!answer) return;
    this.#learn(answer);
    if (!saysAnything(answer)) return;
    const [isById, isList] = [asksById, listsMail].map((calls) => calls.test(response.url())) as [boolean, boolean];
    const rows = answer.items.map(withoutContent);
    visit.answers.push({ ...answer, items: rows, isById, isList });
    if (answer.notFound && isById) visit.refusals.push({ asked: askedFor(response.request()), shown: rows });
  }

  #leadsToSignIn(response: HTTPResponse): boolean {
    const { location } = response.headers();
    return location !== undefined && placeOf(new URL(location, response.url()).href, this.#homes) === 'sign-in';
  }

  #learn({ items, conversations, folders, userEmail, aliases }: DecodedAnswer): void {
    this.#shown.add(items);
    for (const { id, itemIds } of conversations) for (const itemId of itemIds) this.#conversationOf.set(itemId, id);
    for (const folder of folders) this.#folders.set(folder.id, { ...this.#folders.get(folder.id), ...folder });
    this.#identity.email ??= userEmail as string;
    this.#identity.aliases.push(...aliases);
  }

  async #requireSignedIn(): Promise<void> {
    const { account, page } = this.#open;
    const place = placeOf(page.url(), this.#homes);
    if (place === 'no-page')
      throw new MailError('Outlook on the web: the connection was lost', {
        code: 'page-unreachable',
        reaction: 'retry',
      });
    this.#signedIn = !(
      place === 'sign-in' ||
      this.#visit.failures.some(({ status }) => status === 401 || status === 440 || status < 400) ||
      (await this.ask(() => page.evaluate(asksToSignIn).catch(() => false)))
    );
    if (this.#signedIn) return;
    throw new MailError(
      `${account.email === '' ? '' : `${account.email}: `}Outlook on the web asks to sign in: the ` +
        'session has ended. To connect it again: node adapter --connect outlook-web',
      { code: 'session-expired', reaction: 'reauth' },
    );
  }

  async #close(): Promise<void> {
    const { account, jar, lease, context } = this.#open;
    try {
      if (this.#signedIn && account.credentialsVersion >= 0) await this.#saveRenewed();
      await Promise.race([jar.close(), delay(5 * second)]);
    } catch (error) {
      context.log.warn({ err: error }, 'the page of Outlook on the web did not close cleanly');
    } finally {
      lease.release();
    }
  }

  async #saveRenewed(): Promise<void> {
    const { account, credentials, jar, context } = this.#open;
    const cookies = toSessionCookies(await jar.cookies());
    if (cookies.length === 0 || sameCookies(cookies, credentials.cookies)) return;
    await saveCredentials(
      account,
      { ...credentials, cookies } satisfies OutlookWebCredentials,
      context.config,
      outlookSessionEnd(cookies, this.#homes),
    );
    context.count('sessionsRenewed');
  }
}

/** Since a page was opened; late answers to an earlier page do not count. */
interface Visit {
  readonly answers: ShownAnswer[];
  readonly failures: Refusal[];
  /** Calls by id answered "not found", with the items still returned. */
  readonly refusals: { readonly asked: string; readonly shown: readonly OwaItem[] }[];
}

function newVisit(): Visit {
  return { answers: [], failures: [], refusals: [] };
}

function parseAnswer(text: string): DecodedAnswer | undefined {
  try {
    return decodeAnswer(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function saysAnything({ items, conversations, folders, total, notFound }: DecodedAnswer): boolean {
  return items.length + conversations.length + folders.length > 0 || total !== undefined || notFound;
}

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

function askedFor(request: HTTPRequest): string {
  const header = request.headers()['x-owa-urlpostdata'] ?? '';
  return `${request.postData() ?? ''}${new URLSearchParams(`header=${header}`).get('header')}`;
}
