import test from 'ava';
import { directionOf, isInternal, isOurs } from '../../../shared/mail/store/direction.ts';
import { ownAddresses } from '../../../shared/mail/store/own-addresses.ts';
import type { MailAddress } from '../../../shared/models/message.ts';

const own = ownAddresses(['Office@Agency.example', 'alias@other.example'], ['brand.example']);
const to = (...emails: string[]): MailAddress[] => emails.map((email) => ({ email }));
const mail = (fields: {
  from?: string[];
  sender?: string;
  to?: string[];
  cc?: string[];
  replyTo?: string[];
  hint?: 'inbound' | 'outbound';
}) => ({
  from: to(...(fields.from ?? [])),
  ...(fields.sender ? { sender: { email: fields.sender } } : {}),
  to: to(...(fields.to ?? [])),
  cc: to(...(fields.cc ?? [])),
  bcc: [],
  replyTo: to(...(fields.replyTo ?? [])),
  ...(fields.hint ? { directionHint: fields.hint } : {}),
});

test('the author decides the direction', (t) => {
  t.is(directionOf(mail({ from: ['anna@x.example'], to: ['office@agency.example'] }), own), 'inbound');
  t.is(directionOf(mail({ from: ['alias@other.example'], to: ['anna@x.example'] }), own), 'outbound');
  t.is(
    directionOf(mail({ from: ['anna@x.example', 'office@agency.example'], to: ['ben@x.example'] }), own),
    'outbound',
  );
  t.is(
    directionOf(
      mail({ from: ['anna@x.example'], sender: 'office@agency.example', to: ['office@agency.example'] }),
      own,
    ),
    'inbound',
  );
  t.is(directionOf(mail({ from: [], sender: 'office@agency.example', to: ['anna@x.example'] }), own), 'outbound');
});

const mailbox = { email: 'office@agency.example', aliases: ['alias@other.example'] };

test('what the mailbox sent went out, whoever wrote it; what it received did not go out from it', (t) => {
  const anna = ['anna@x.example'];
  const cases: readonly (readonly [string, Parameters<typeof mail>[0], 'inbound' | 'outbound'])[] = [
    ['an alias that no one knows, sent', { from: ['new@z.example'], to: anna, hint: 'outbound' }, 'outbound'],
    [
      'a form among the sent',
      { from: ['office@agency.example'], to: anna, replyTo: anna, hint: 'outbound' },
      'outbound',
    ],
    ['forged in the name of the mailbox', { from: ['office@agency.example'], to: anna, hint: 'inbound' }, 'inbound'],
    ['forged in the name of its alias', { from: ['alias@other.example'], to: anna, hint: 'inbound' }, 'inbound'],
    ["a colleague's copy", { from: ['boss@brand.example'], to: anna, hint: 'inbound' }, 'outbound'],
    ['received', { from: anna, to: ['office@agency.example'], hint: 'inbound' }, 'inbound'],
    ['filed where it says nothing', { from: ['office@agency.example'], to: anna }, 'outbound'],
  ];
  for (const [title, fields, expected] of cases) t.is(directionOf(mail(fields), own, mailbox), expected, title);
});

test('our own mail is not news, unless a web form wrote it', (t) => {
  t.true(isOurs(mail({ from: ['office@agency.example'], to: ['anna@x.example'] }), own));
  t.false(isOurs(mail({ from: ['anna@x.example'], sender: 'office@agency.example' }), own));
  t.false(
    isOurs(mail({ from: ['office@agency.example'], to: ['boss@brand.example'], replyTo: ['anna@x.example'] }), own),
  );
});

test('a web form that writes in our name to us comes in', (t) => {
  const form = mail({ from: ['office@agency.example'], to: ['office@agency.example'], replyTo: ['anna@x.example'] });
  t.is(directionOf(form, own), 'inbound');
  t.false(isInternal(form, own));
});

test('mail among ourselves is internal, with anybody else it is not', (t) => {
  t.true(isInternal(mail({ from: ['office@agency.example'], to: ['boss@brand.example'] }), own));
  t.false(
    isInternal(mail({ from: ['office@agency.example'], to: ['boss@brand.example'], cc: ['anna@x.example'] }), own),
  );
  t.false(isInternal(mail({}), own));
});
