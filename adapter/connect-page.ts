/**
 * Only the button uses the link, because mail programs open links themselves. Only the browser that began may finish.
 */

import { html, raw } from 'hono/html';
import { beginLink, finishLink, readLink } from '../shared/mail/accounts/connect-link.ts';
import type { ConsentProviderName } from '../shared/mail/accounts/consent-providers.ts';
import { second } from '../shared/platform/clock.ts';
import { coerceError } from '../shared/platform/errors.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { isSameSecret } from '../shared/platform/same-secret.ts';
import { methodNotAllowed } from '../shared/runs/job-handler.ts';
import { cookieOf } from './cookie.ts';
import type { JobService } from './job-service.ts';
import type { Route } from './routes.ts';

const cookieName = '__Secure-estio-connect';
/** s; the link itself lasts longer. */
const signInSeconds = 3600;
/** ms for all requests to the provider */
const finishTimeout = 60 * second;

const names: Readonly<Record<ConsentProviderName, string>> = { gmail: 'Google', outlook: 'Microsoft' };

/** Only if PUBLIC_URL is set. */
export function connectPageRoutes(service: JobService, log: Logger): Route[] {
  if (!service.config.publicUrl) return [];
  return [
    { path: '/connect/return', methods: ['GET'], handle: (request) => finish(request, service, log) },
    {
      path: '/connect/*',
      handle: (request, path) => {
        const token = path.slice('/connect/'.length);
        if (request.method === 'GET' || request.method === 'HEAD') return show(token, service, log);
        return request.method === 'POST' ? begin(token, service, log) : methodNotAllowed(['GET', 'HEAD', 'POST']);
      },
    },
  ];
}

async function show(token: string, service: JobService, log: Logger): Promise<Response> {
  try {
    await service.database();
    const { provider, location } = await readLink(token, service.clock.now());
    const paragraphs = [
      `${location} would like the e-mails with its clients to appear in its CRM. ${names[provider]} will ask you to ` +
        'sign in and to agree that they are read.',
      'Nothing in your mailbox is ever changed, and no password is seen or stored here. Mail of people whom the CRM ' +
        'does not know is not stored unless your office has set that up.',
    ];
    const { googleAuthUrl, microsoftLoginUrl } = service.config;
    const leadsTo = new URL(provider === 'gmail' ? googleAuthUrl : microsoftLoginUrl).origin;
    return page(200, 'Connect your mailbox', paragraphs, { button: `Continue to ${names[provider]}`, leadsTo });
  } catch (error) {
    return failed(error, log);
  }
}

async function begin(token: string, service: JobService, log: Logger): Promise<Response> {
  try {
    await service.database();
    const { address, state } = await beginLink(token, service);
    const cookie = `${cookieName}=${state}; Path=/; Max-Age=${signInSeconds}; Secure; HttpOnly; SameSite=Lax`;
    return new Response(null, { status: 303, headers: { ...headersOf(), location: address, 'set-cookie': cookie } });
  } catch (error) {
    return failed(error, log);
  }
}

async function finish(request: Request, service: JobService, log: Logger): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const state = query.get('state') ?? '';
  const { config, clock } = service;
  try {
    if (state === '' || !isSameSecret(state, cookieOf(request, cookieName) ?? ''))
      return page(400, 'Please open the link again', [
        'This sign-in was started in another browser, or too long ago. Open your link again.',
      ]);
    await service.database();
    const { account, purpose } = await finishLink(
      { state, code: query.get('code'), error: query.get('error') },
      { config, clock, log, signal: AbortSignal.timeout(finishTimeout) },
    );
    log.info({ accountId: String(account._id), provider: account.provider }, 'a mailbox was connected by a link');
    return page(200, 'Your mailbox is connected', [
      `${account.email} is connected to ${purpose.location}. E-mails with known contacts appear in the ` +
        'CRM within the next hour, older ones gradually. You can close this window.',
    ]);
  } catch (error) {
    return failed(error, log);
  }
}

/** For staff; the log has the rest. */
const again = 'To try again open the link that you were given.';
const sayings: Readonly<Record<string, readonly [status: number, title: string, text: string]>> = {
  'link-unknown': [
    404,
    'This link is unknown',
    'Check that it was copied completely, or ask your administrator for a new one.',
  ],
  'link-used': [
    410,
    'This link was already used',
    'Each link connects one mailbox. Ask your administrator for another one.',
  ],
  'link-expired': [410, 'This link has expired', 'Links are valid for a day. Ask your administrator for a new one.'],
  'connect-state': [400, 'Please open the link again', `This sign-in is no longer valid. ${again}`],
  'connect-refused': [400, 'Nothing was connected', `You did not agree, or the sign-in was cancelled. ${again}`],
  'missing-scope': [400, 'Nothing was connected', `The permission to read mail was not granted. ${again}`],
};

function failed(thrown: unknown, log: Logger): Response {
  const error = coerceError(thrown);
  const [status, title, text] = sayings[error.code] ?? [
    502,
    'Nothing was connected',
    `Something went wrong on our side or at the provider. ${again} If that does not help, tell your administrator.`,
  ];
  log.warn({ err: error }, 'a mailbox was not connected by a link');
  return page(status, title, [text]);
}

const style = [
  ':root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}',
  'body{max-width:34rem;margin:12vh auto;padding:0 1.2rem}',
  'h1{font-size:1.5rem;line-height:1.25}',
  'button{font:inherit;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid;cursor:pointer}',
].join('');

interface Form {
  readonly button: string;
  readonly leadsTo: string;
}

function page(status: number, title: string, paragraphs: readonly string[], form?: Form): Response {
  const text = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
          ${form === undefined ? '' : html`<form method="post"><button>${form.button}</button></form>`}
        </main>
      </body>
    </html>`;
  return new Response(String(text), {
    status,
    headers: { ...headersOf(form), 'content-type': 'text/html; charset=utf-8' },
  });
}

/** The address holds a secret: no referrer, no cache. */
function headersOf(form?: Form): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    `form-action ${form === undefined ? "'none'" : `'self' ${form.leadsTo}`}`,
    "frame-ancestors 'none'",
  ];
  return {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': policy.join('; '),
  };
}
