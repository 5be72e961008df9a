import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { Webhook } from 'standardwebhooks';

interface ReceivedEvent {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly locationid: string;
    readonly data: Record<string, unknown>;
  };
}

type Answer =
  number | { readonly status: number; readonly headers: Readonly<Record<string, string>> } | 'hang' | 'break';

export interface WebhookReceiver {
  readonly url: string;
  readonly secret: string;
  readonly received: ReceivedEvent[];
  /** Requests without a valid signature. */
  readonly refused: string[];
  readonly max: { inWork: number; sameEvent: number };
  answer: Answer | ((received: ReceivedEvent) => Answer | Promise<Answer>);
}

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export async function startWebhookReceiver(t: ExecutionContext): Promise<WebhookReceiver> {
  const inWork = new Map<string, number>();
  const receiver: { -readonly [K in keyof WebhookReceiver]: WebhookReceiver[K] } = {
    url: '',
    secret,
    received: [],
    refused: [],
    max: { inWork: 0, sameEvent: 0 },
    answer: 204,
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = String(request.headers['webhook-id']);
    inWork.set(id, (inWork.get(id) ?? 0) + 1);
    receiver.max.inWork = Math.max(
      receiver.max.inWork,
      [...inWork.values()].reduce((sum, count) => sum + count, 0),
    );
    receiver.max.sameEvent = Math.max(receiver.max.sameEvent, inWork.get(id) as number);
    response.once('close', () => inWork.set(id, (inWork.get(id) as number) - 1));

    const body = await text(request);
    let event: ReceivedEvent['event'];
    try {
      event = new Webhook(secret).verify(body, request.headers as Record<string, string>) as ReceivedEvent['event'];
    } catch (error) {
      receiver.refused.push((error as Error).message);
      response.writeHead(401).end();
      return;
    }
    const received = { headers: request.headers, body, event };
    receiver.received.push(received);
    const answer = typeof receiver.answer === 'function' ? await receiver.answer(received) : receiver.answer;
    if (answer === 'hang') return;
    if (answer === 'break') return void request.socket.destroy();
    const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
    response.writeHead(status, headers).end();
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?token=private`;
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return receiver;
}
