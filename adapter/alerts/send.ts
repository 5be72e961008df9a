import { Socket } from 'node:net';
import { checkedPost } from '../../shared/platform/checked-post.ts';
import { second } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import { EstioError } from '../../shared/platform/errors.ts';
import { maskAddresses } from '../../shared/platform/mask-address.ts';
import type { Message } from './notice-text.ts';

/** ms for each step of a mail, or a whole webhook. */
const timeoutMs = 10 * second;
/** All of a mail: a server may answer every step in time and never end (ms). */
const maxMailMs = 60 * second;

export type AlertConfig = Pick<
  Config,
  'alertEmail' | 'alertFrom' | 'alertWebhookUrl' | 'alertWebhookAllowPrivate' | 'smtpUrl'
>;

export interface Channel {
  readonly name: 'mail' | 'webhook';
  /** @throws {EstioError} `alert`, without secrets */
  readonly send: (message: Message) => Promise<void>;
}

export function channelsOf(config: AlertConfig, mailMs = maxMailMs): readonly Channel[] {
  const { alertEmail, smtpUrl, alertWebhookUrl } = config;
  return [
    ...(alertEmail.length > 0 && smtpUrl
      ? [{ name: 'mail' as const, send: (message: Message) => mail(message, smtpUrl, config, mailMs) }]
      : []),
    ...(alertWebhookUrl
      ? [
          {
            name: 'webhook' as const,
            send: (message: Message) => post(message, alertWebhookUrl, config.alertWebhookAllowPrivate),
          },
        ]
      : []),
  ];
}

async function mail(
  { subject, text }: Message,
  url: string,
  { alertEmail, alertFrom }: AlertConfig,
  maxMs: number,
): Promise<void> {
  // Most adapters never need it.
  const { createTransport } = await import('nodemailer');
  const socket = new Socket();
  const late = new Error(`it did not accept it within ${maxMs / second} s`);
  const limit = setTimeout(() => socket.destroy(late), maxMs);
  const transport = createTransport({
    url,
    socket,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  });
  try {
    await transport.sendMail({ from: alertFrom ?? alertEmail[0], to: [...alertEmail], subject, text });
  } catch (error) {
    throw refused(`The mail server ${new URL(url).host} did not accept an alert`, error);
  } finally {
    clearTimeout(limit);
    transport.close();
  }
}

/** Masked, because the service is someone else's. */
async function post({ subject, text }: Message, url: string, allowPrivate: boolean): Promise<void> {
  const what = `The webhook at ${new URL(url).host} did not accept an alert`;
  const { status } = await checkedPost(new URL(url), {
    body: JSON.stringify({ text: maskAddresses(forSlack(`*${subject}*\n${text}`)) }),
    headers: { 'content-type': 'application/json' },
    allowPrivate,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw refused(what, error);
  });
  if (status < 200 || status > 299) throw refused(what, new Error(`it answered ${status}`));
}

/** Slack's control characters (its documentation, "Escaping text"). */
function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Without the address: a webhook's is its secret. */
function refused(what: string, cause: unknown): EstioError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EstioError(`${what}: ${why.slice(0, 300)}`, { code: 'alert', retryable: true });
}
