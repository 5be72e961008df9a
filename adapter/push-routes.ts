import { unauthorized } from '../shared/platform/bearer.ts';
import type { Config } from '../shared/platform/config.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { readGmailPush } from '../shared/mail/push/gmail-push.ts';
import { googleTokenCheck } from '../shared/mail/push/google-token.ts';
import { readGraphPushes } from '../shared/mail/push/graph-push.ts';
import { json } from '../shared/runs/job-handler.ts';
import type { PushQueue } from './push-queue.ts';
import type { Route } from './routes.ts';

const methods = ['POST'];
/** Graph's validation tokens have some hundred characters. */
const maxTokenLength = 2000;

export function pushRoutes(config: Config, queue: PushQueue, log: Logger): Route[] {
  const isGmailOn = config.gmailPushAudience !== undefined && config.gmailPushAccount !== undefined;
  const isGraphOn = config.graphPushUrl !== undefined && config.credentialsKey !== undefined;
  return [
    ...(isGmailOn ? [{ path: '/api/push/gmail', methods, handle: gmailPush(config, queue, log) }] : []),
    ...(isGraphOn ? [{ path: '/api/push/graph', methods, handle: graphPush(config, queue, log) }] : []),
  ];
}

/** Final: a repetition would get the same answer. */
function taken(status: 202 | 204): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } });
}

function gmailPush(config: Config, queue: PushQueue, log: Logger) {
  const check = googleTokenCheck(config);
  let isRefusing = false;
  return async function handleGmailPush(request: Request): Promise<Response> {
    const verdict = await check(request.headers.get('authorization'));
    if (verdict === 'refused') {
      // Once: anyone can send such pushes.
      if (!isRefusing) log.warn('a push was refused: its token is not for GMAIL_PUSH_AUDIENCE and GMAIL_PUSH_ACCOUNT');
      isRefusing = true;
      return unauthorized('<token of Pub/Sub for GMAIL_PUSH_AUDIENCE and GMAIL_PUSH_ACCOUNT>');
    }
    // Pub/Sub repeats it.
    if (verdict === 'unknown')
      return json({ error: "Google's keys cannot be fetched now" }, 503, { 'retry-after': '60' });
    isRefusing = false;
    const email = readGmailPush(await request.text());
    if (email === undefined)
      log.warn("Pub/Sub sent a message that is not Gmail's: is the topic used for " + 'something else?');
    else queue.note('gmail-sync', { provider: 'gmail', email });
    return taken(204);
  };
}

function graphPush(config: Config, queue: PushQueue, log: Logger) {
  return async function handleGraphPush(request: Request): Promise<Response> {
    const token = new URL(request.url).searchParams.get('validationToken');
    if (token !== null) return echo(token);
    const body = await request.text();
    const pushes = readGraphPushes(body, config);
    if (pushes.length === 0)
      log.warn({ bytes: body.length }, 'a notification is not from a known Graph subscription: it is ignored');
    for (const push of pushes) queue.note('outlook-sync', push);
    return taken(202);
  };
}

/** Graph validates the address: it expects its token as plain text. */
function echo(token: string): Response {
  if (token.length > maxTokenLength)
    return json({ error: `validationToken: expected at most ${maxTokenLength} characters` }, 400);
  return new Response(token, {
    headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
  });
}
