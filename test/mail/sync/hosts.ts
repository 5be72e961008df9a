import test from 'ava';
import { Types } from 'mongoose';
import { Account } from '../../../shared/models/account.ts';
import { Contact } from '../../../shared/models/contact.ts';
import { Message } from '../../../shared/models/message.ts';
import { models } from '../../../shared/models/index.ts';
import { databaseUri, useDatabase } from '../../doubles/database.ts';
import { startGmail } from '../../doubles/gmail.ts';
import { startHost, type Host } from '../../doubles/mail-suite/hosts.ts';
import { rawMail } from '../../doubles/mail-suite/mailbox-double.ts';

useDatabase(test, models);

const accounts = 4;
const messages = 30;
const client = 'client@clients.example';

test('of three hosts one is killed: each message is stored once, and hardly one is fetched twice', async (t) => {
  const gmail = await startGmail();
  t.teardown(gmail.close);
  for (let n = 0; n < messages; n += 1) {
    const sentAt = new Date(Date.now() - (n + 1) * 60_000);
    const mail = {
      messageId: `m${n}@mail.example`,
      from: client,
      to: [gmail.email],
      subject: `${n}`,
      text: 'x',
      sentAt,
    };
    await gmail.deliver(rawMail(mail), ['INBOX'], sentAt);
  }
  for (let n = 0; n < accounts; n += 1) {
    const locationId = new Types.ObjectId();
    await Contact.create({ locationId, name: 'Client', email: client });
    await gmail.connect({ locationId, email: `${n}-${gmail.email}`, aliasesCheckedAt: new Date() });
  }
  gmail.proxy.reset();
  const environment = { ...(gmail.environment as Record<string, string>), MONGODB_URI: databaseUri() };
  const hosts = await Promise.all(['a', 'b', 'c'].map((name) => startHost(name, environment)));
  const isFetch = /\/messages\/[^/]+$/;
  // The first host works before the others come, and dies in the middle.
  const [first, ...others] = hosts as [Host, Host, Host];
  gmail.proxy.inject({ on: isFetch, nth: 1, meanwhile: async () => others.forEach((host) => host.begin()) });
  gmail.proxy.inject({ on: isFetch, nth: messages / 2, meanwhile: async () => first.kill() });
  first.begin();
  const [killed, ...reports] = await Promise.all(hosts.map((host) => host.ended));
  t.is(killed, undefined);
  for (const report of reports) t.true(report !== undefined && report.status !== 'failed', JSON.stringify(report));
  // Its leases end.
  await Account.updateMany({ claim: { $type: 'object' } }, { $set: { 'claim.until': new Date(0) } });
  const last = await startHost('next', { ...environment, TEST_TICK: 'next' });
  last.begin();
  t.like(await last.ended, { status: 'succeeded' });
  t.is(await Message.countDocuments({}), accounts * messages);
  const keys = await Message.distinct('messageIdHeader');
  t.is(keys.length, messages);
  const fetched = gmail.proxy.calls.filter(({ path }) => isFetch.test(path)).length;
  // Up to ten messages of each of its two mailboxes are fetched again.
  t.true(fetched <= accounts * messages + 20, `${fetched} fetches of ${accounts * messages} messages`);
});
