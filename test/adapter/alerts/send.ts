import { createServer, type AddressInfo, type Socket } from 'node:net';
import test from 'ava';
import { channelsOf } from '../../../adapter/alerts/send.ts';
import { readConfig } from '../../../shared/platform/config.ts';
import { startSmtpServer } from '../../doubles/smtp-server.ts';

const message = { subject: 'A subject', text: 'A text\n' };
const mailOf = (url: string, maxMs?: number) =>
  channelsOf(readConfig({ ALERT_EMAIL: 'ops@a.example', SMTP_URL: url }), maxMs)[0]!;

test('a mail server that answers a little again and again does not hold alerts up', async (t) => {
  const sockets = new Set<Socket>();
  const closed: Promise<unknown>[] = [];
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    closed.push(new Promise((resolve) => socket.once('close', resolve)));
    socket.write('220 tar\r\n');
    const drip = setInterval(() => socket.write('250-pit\r\n'), 10);
    socket.once('close', () => clearInterval(drip));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await t.throwsAsync(mailOf(url, 200).send(message), {
    message: /The mail server 127\.0\.0\.1:\d+ did not accept an alert: it did not accept it within 0\.2 s/,
  });
  await Promise.all(closed);
  t.is(sockets.size, 1);
});

test('a mail server that takes the mail has it once', async (t) => {
  const smtp = await startSmtpServer();
  t.teardown(smtp.close);
  await mailOf(smtp.url).send(message);
  t.is(smtp.received.length, 1);
  t.regex(smtp.received[0]?.data ?? '', /^Subject: A subject$/m);
});
