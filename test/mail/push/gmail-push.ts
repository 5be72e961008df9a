import test from 'ava';
import { readGmailPush } from '../../../shared/mail/push/gmail-push.ts';

const push = (data: unknown) =>
  JSON.stringify({ message: { data, messageId: '1' }, subscription: 'projects/p/subscriptions/s' });
const base64 = (text: string) => Buffer.from(text).toString('base64');

for (const [title, body, email] of [
  ['a push', push(base64('{"emailAddress":"Office@Agency.example","historyId":"9"}')), 'office@agency.example'],
  [
    'base64 for addresses',
    push(Buffer.from('{"emailAddress":"o>?@a.example"}').toString('base64url')),
    'o>?@a.example',
  ],
  ["another program's message", push(base64('hello')), undefined],
  ['an address that is none', push(base64('{"emailAddress":"office"}')), undefined],
  ['a number for data', push(7), undefined],
  ['a message without data', '{"message":{}}', undefined],
  ['a list', '[]', undefined],
  ['null', 'null', undefined],
  ['no JSON', '<html>', undefined],
  ['nothing', '', undefined],
] as const)
  test(`${title} is read as ${email ?? "none of Gmail's"}`, (t) => t.is(readGmailPush(body), email));
