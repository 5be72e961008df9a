/**
 * `GET /`: the status page, for whoever has STATUS_PASSWORD; `?content`: what of it changes. Without a password there
 * is no page.
 */

import { randomBytes } from 'node:crypto';
import { second, type Clock } from '../../shared/platform/clock.ts';
import type { JobService } from '../job-service.ts';
import type { Route } from '../routes.ts';
import { askForPassword, passwordCheck } from './basic-auth.ts';
import { renderContent, renderPage } from './page.ts';
import { readStatus } from './read-status.ts';

/** However many look at the page, it is read once in this time (ms). */
const sharedMs = 2 * second;

/** The page's route; none when it is off. */
export function statusPageRoutes(service: JobService): Route[] {
  const { statusPassword } = service.config;
  if (statusPassword === undefined) return [];
  const isAuthorized = passwordCheck(statusPassword);
  const content = shared(async () => renderContent(await readStatus(service)), service.clock);
  return [
    {
      path: '/',
      methods: ['GET', 'HEAD'],
      async handle(request) {
        if (!isAuthorized(request)) return askForPassword();
        const nonce = randomBytes(18).toString('base64');
        const current = await content();
        const isRefresh = new URL(request.url).searchParams.has('content');
        return new Response(isRefresh ? current : await renderPage(current, nonce), { headers: pageHeaders(nonce) });
      },
    },
  ];
}

/** Lets whoever asks at the same time, or shortly afterwards, share one answer. */
function shared<T>(read: () => Promise<T>, clock: Clock): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read().finally(() => void clock.wait(sharedMs).then(() => (answer = undefined)));
    return answer;
  };
}

/** Nothing from elsewhere, nothing inline without the nonce, in no frame, kept by nobody. */
function pageHeaders(nonce: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
}
