/** `GET /`: the status page, for whoever has STATUS_PASSWORD; `?content`: what of it changes. Without a password there is no page. */

import { randomBytes } from 'node:crypto';
import type { JobService } from '../job-service.ts';
import type { Route } from '../routes.ts';
import { askForPassword, passwordCheck } from './basic-auth.ts';
import { renderContent, renderPage } from './page.ts';
import { readStatus } from './read-status.ts';

/** The page's route; none when it is off. */
export function statusPageRoutes(service: JobService): Route[] {
  const { statusPassword } = service.config;
  if (statusPassword === undefined) return [];
  const isAuthorized = passwordCheck(statusPassword);
  return [
    {
      path: '/',
      methods: ['GET', 'HEAD'],
      async handle(request) {
        if (!isAuthorized(request)) return askForPassword();
        const nonce = randomBytes(18).toString('base64');
        const status = await readStatus(service);
        const content = new URL(request.url).searchParams.has('content') ? await renderContent(status) : await renderPage(status, nonce);
        return new Response(content, { headers: pageHeaders(nonce) });
      },
    },
  ];
}

/** Nothing from elsewhere, nothing inline without the nonce, in no frame, kept by nobody. */
function pageHeaders(nonce: string): Record<string, string> {
  const policy = ["default-src 'none'", `style-src 'nonce-${nonce}'`, `script-src 'nonce-${nonce}'`, "connect-src 'self'", 'img-src data:', "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];
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
