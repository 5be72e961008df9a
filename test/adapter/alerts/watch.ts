import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { createAlerts } from '../../../adapter/alerts/watch.ts';
import { examineAlerts } from '../../../adapter/doctor/alerts.ts';
import { createJobService } from '../../../adapter/job-service.ts';
import { Account } from '../../../shared/models/account.ts';
import { Alert } from '../../../shared/models/alert.ts';
import { Event } from '../../../shared/models/event.ts';
import { JobRun } from '../../../shared/models/job-run.ts';
import { Location } from '../../../shared/models/location.ts';
import { Message } from '../../../shared/models/message.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { Property } from '../../../shared/models/property.ts';
import { SyncItem } from '../../../shared/models/sync-item.ts';
import { day, hour, minute } from '../../../shared/platform/clock.ts';
import { readConfig } from '../../../shared/platform/config.ts';
import { whileClaimed } from '../../../shared/runs/while-claimed.ts';
import { databaseUri, useDatabase } from '../../doubles/database.ts';
import { testClock } from '../../doubles/run-context.ts';
import { startSmtpServer, type SmtpServer } from '../../doubles/smtp-server.ts';

const test = anyTest as TestFn;
useDatabase(test, [Account, Alert, Event, JobRun, Location, Message, PropertyFeed, Property, SyncItem] as never);

test.beforeEach('nothing is stored', async () => {
  for (const model of [Account, Alert, Event, JobRun, Location, Message, PropertyFeed])
    await model.collection.deleteMany({});
});

interface Webhook {
  readonly url: string;
  readonly texts: string[];
  status: number;
}

async function startWebhook(t: ExecutionContext): Promise<Webhook> {
  const webhook: Webhook = { url: '', texts: [], status: 200 };
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    webhook.texts.push(((await json(request)) as { text: string }).text);
    response.writeHead(webhook.status).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return Object.assign(webhook, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-hook` });
}

async function startMail(t: ExecutionContext): Promise<SmtpServer> {
  const smtp = await startSmtpServer();
  t.teardown(smtp.close);
  return smtp;
}

function alertsOf(settings: Readonly<Record<string, string>>) {
  const clock = testClock('2026-03-01T10:00:00Z');
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const config = readConfig({ MONGODB_URI: databaseUri(), ...settings });
  const description = { name: 'sync-feeds', description: 'x', schedule: '0 * * * *', parameters: [] };
  const jobs = new Map([['sync-feeds', { description, file: 'x' }]]);
  const service = createJobService({ config, log, jobs, logFd: 1, prettyLog: false, clock });
  return { alerts: createAlerts(service, log), clock, logged, config };
}

const ran = (status: 'failed' | 'succeeded', startedAt: Date) =>
  JobRun.create({
    job: 'sync-feeds',
    status,
    trigger: 'cron',
    startedAt,
    finishedAt: startedAt,
    host: 'h',
    pid: 1,
    version: '1',
    errors: [{ scope: 'x', code: 'x', message: 'The disk is full', retryable: false }],
  });

test.serial('a job that failed twice is reported once, then daily, and when it is over', async (t) => {
  const smtp = await startMail(t);
  const { alerts, clock } = alertsOf({ ALERT_EMAIL: 'ops@a.example, me@a.example', SMTP_URL: smtp.url });
  const subjects = () => smtp.received.map(({ data }) => /^Subject: (.*)$/m.exec(data)?.[1] ?? '');
  await ran('failed', clock.now());
  await alerts.look();
  t.deepEqual(subjects(), [], 'one failure may pass');
  clock.advance(minute);
  await ran('failed', clock.now());
  await alerts.look();
  await alerts.look();
  t.is(subjects().length, 1);
  t.regex(subjects()[0] ?? '', /sync-feeds failed twice/);
  t.regex(smtp.received[0]?.data ?? '', /The disk is full/);
  t.deepEqual(smtp.received[0]?.to, ['ops@a.example', 'me@a.example']);
  // Another host, or this one after a restart.
  const other = alertsOf({ ALERT_EMAIL: 'ops@a.example', SMTP_URL: smtp.url });
  await other.alerts.look();
  t.is(subjects().length, 1);
  for (let hours = 0; hours < 25; hours++) {
    clock.advance(hour);
    await ran('failed', clock.now());
    await alerts.look();
  }
  t.is(subjects().length, 2, 'and once more after a day');
  await ran('succeeded', new Date(clock.now().getTime() + 1));
  await alerts.look();
  await alerts.look();
  t.is(subjects().length, 3);
  t.regex(subjects()[2] ?? '', /Over: sync-feeds failed twice/);
  t.is(await Alert.countDocuments(), 0);
});

test.serial(
  'a channel that refuses is tried again; one accepted alert is enough, and no secret is logged',
  async (t) => {
    const [smtp, webhook] = [await startMail(t), await startWebhook(t)];
    const settings = { ALERT_EMAIL: 'ops@a.example', ALERT_WEBHOOK_URL: webhook.url, ALERT_WEBHOOK_ALLOW_PRIVATE: '1' };
    const { alerts, logged } = alertsOf({ ...settings, SMTP_URL: smtp.url.replace('//', '//me:pass-word@') });
    await Event.collection.insertOne({ status: 'dead', key: 'k' } as never);
    const locationId = new Types.ObjectId();
    await Account.create({ locationId, provider: 'gmail', email: 'office@a.example', status: 'needs-reauth' });
    smtp.answer = 'refuse';
    webhook.status = 500;
    await alerts.look();
    t.is(await Alert.countDocuments(), 0, 'no one was alerted');
    webhook.status = 200;
    await alerts.look();
    await alerts.look();
    t.is(webhook.texts.length, 2);
    t.regex(webhook.texts[1] ?? '', /1 event was given up/);
    t.regex(webhook.texts[1] ?? '', /of•••@a\.example must be connected again/);
    t.regex(webhook.texts[1] ?? '', /-&gt; node adapter/);
    t.is(await Alert.countDocuments(), 2);
    t.regex(logged.join(''), /did not accept an alert/);
    t.notRegex(logged.join(''), /pass-word|secret-hook/);
  },
);

test.serial('an odd value in the record of an alert silences no alert', async (t) => {
  const webhook = await startWebhook(t);
  const { alerts, clock, logged } = alertsOf({
    ALERT_WEBHOOK_URL: webhook.url,
    ALERT_WEBHOOK_ALLOW_PRIVATE: '1',
    REPORT_AT: '09:00',
  });
  const odd = [null, '', 'soon', 7, true, [], {}, [clock.now()], new Date(Number.NaN), new Types.ObjectId()];
  await Event.collection.insertOne({ status: 'dead', key: 'k' } as never);
  const location = new Types.ObjectId();
  await Location.collection.insertOne({ _id: location, name: 'Seaside' } as never);
  await Account.collection.insertOne({ _id: 'odd', locationId: location, email: 'a@a.example' } as never);
  for (const value of odd) {
    webhook.texts.length = 0;
    const sound = { title: 'Old trouble', since: clock.now(), toldAt: clock.now() };
    await Alert.collection.deleteMany({});
    await Alert.collection.insertMany([
      { _id: new Types.ObjectId(), ...sound },
      { _id: 7, ...sound },
      { _id: 'events-dead', ...sound, title: value, toldAt: value },
      { _id: 'mailbox-unread:x', ...sound, since: value },
      { _id: 'job-failed:x', ...sound, title: value },
      { _id: `report:${String(location)}`, ...sound, day: value },
    ] as never);
    await alerts.look();
    const texts = webhook.texts.join('\n');
    t.regex(texts, /1 event was given up/, JSON.stringify(value));
    t.regex(texts, /The last 24 hours of Seaside/);
    webhook.texts.length = 0;
    await alerts.look();
    t.deepEqual(webhook.texts, [], 'once');
  }
  t.deepEqual(logged, []);
});

test.serial('while another host looks, this one does not; without a channel nothing is noted', async (t) => {
  const webhook = await startWebhook(t);
  await Event.collection.insertOne({ status: 'dead', key: 'k' } as never);
  const { alerts } = alertsOf({ ALERT_WEBHOOK_URL: webhook.url, ALERT_WEBHOOK_ALLOW_PRIVATE: '1' });
  await whileClaimed('alerts', async () => {
    await alerts.look();
    t.deepEqual(webhook.texts, []);
  });
  await alerts.look();
  t.is(webhook.texts.length, 1);
});

test.serial('each location has its report once a day, at its own time', async (t) => {
  const webhook = await startWebhook(t);
  const { alerts, clock } = alertsOf({
    ALERT_WEBHOOK_URL: webhook.url,
    ALERT_WEBHOOK_ALLOW_PRIVATE: '1',
    REPORT_AT: '12:00',
  });
  const [nicosia, odd] = [new Types.ObjectId(), new Types.ObjectId()];
  await Location.collection.insertMany([
    { _id: nicosia, name: 'Seaside', timeZone: 'Asia/Nicosia' },
    { _id: odd, name: 7, timeZone: null },
  ] as never);
  const made = (at: number) => Types.ObjectId.createFromTime(Math.floor((clock.now().getTime() - at) / 1000));
  await Message.collection.insertMany([
    { _id: made(hour), locationId: nicosia, messageIdHeader: '1' },
    { _id: made(2 * hour), locationId: String(nicosia), messageIdHeader: '2' },
    { _id: made(2 * day), locationId: nicosia, messageIdHeader: '3' },
    { _id: made(3 * hour), locationId: odd, messageIdHeader: '4' },
  ] as never);
  await PropertyFeed.create({
    locationId: nicosia,
    url: 'https://a.example',
    lastStatus: 'held',
    lastError: 'Too many',
  });
  const reports = () => webhook.texts.filter((text) => text.includes('The last 24 hours'));
  await alerts.look();
  await alerts.look();
  t.is(reports().length, 1, 'noon in Nicosia');
  t.regex(reports()[0] ?? '', /Seaside: the 24 hours before 2026-03-01/);
  t.regex(reports()[0] ?? '', /Mail: 2 messages received[^]*Held, waiting for you:\n- .*Too many/);
  clock.advance(2 * hour);
  await alerts.look();
  t.is(reports().length, 2);
  t.regex(reports()[1] ?? '', /Mail: 1 message received[^]*Nothing is held/);
  clock.advance(day - 2 * hour);
  await alerts.look();
  t.is(reports().length, 3);
});

test.serial('the doctor says where alerts go, and sends a test', async (t) => {
  const smtp = await startMail(t);
  const { config } = alertsOf({ ALERT_EMAIL: 'ops@a.example', SMTP_URL: smtp.url });
  t.like(await examineAlerts(readConfig({}), false), [{ level: 'unused' }]);
  t.like(await examineAlerts(readConfig({}), true), [{ level: 'problem' }]);
  t.like(await examineAlerts(config, false), [{ level: 'ok', found: 'by mail (--test-alert tries it)' }]);
  t.is(smtp.received.length, 0);
  t.like(await examineAlerts(config, true), [{ level: 'ok', found: 'a test was accepted (mail)' }]);
  t.is(smtp.received.length, 1);
  smtp.answer = 'refuse';
  t.like(await examineAlerts(config, true), [{ level: 'problem' }]);
  t.throws(() => readConfig({ ALERT_EMAIL: 'ops@a.example' }), {
    message: /SMTP_URL: expected smtp:\/\/.*because ALERT_EMAIL/,
  });
});
