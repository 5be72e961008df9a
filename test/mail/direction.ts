import test from 'ava';
import { directionOf, isInternal } from '../../shared/mail/direction.ts';
import { ownAddresses } from '../../shared/mail/own-addresses.ts';
import type { MailAddress } from '../../shared/models/message.ts';

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

test('an unknown alias among the sent mail is ours, a spoofed folder changes nothing for known authors', (t) => {
  t.is(directionOf(mail({ from: ['new-alias@z.example'], to: ['anna@x.example'], hint: 'outbound' }), own), 'outbound');
  t.is(
    directionOf(mail({ from: ['office@agency.example'], to: ['anna@x.example'], hint: 'inbound' }), own),
    'outbound',
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
