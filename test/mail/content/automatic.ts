import test from 'ava';
import { isAutomatic, isAutomaticAddress } from '../../../shared/mail/content/automatic.ts';
import { Headers } from '../../../shared/mail/content/headers.ts';

const machines: [name: string, value: string][] = [
  ['Auto-Submitted', 'auto-replied'],
  ['auto-submitted', 'auto-generated; x'],
  ['Precedence', 'bulk'],
  ['Precedence', 'Auto_Reply'],
  ['List-Id', '<l.x.example>'],
  ['List-Unsubscribe', '<mailto:x>'],
  ['X-Auto-Response-Suppress', 'All'],
  ['X-Autoreply', 'yes'],
  ['Return-Path', '<>'],
];
for (const [name, value] of machines) {
  test(`${name}: ${value} says that a machine wrote`, (t) => {
    t.true(isAutomatic(new Headers([{ name, value }]), [{ email: 'anna@x.example' }], 'text/plain'));
  });
}

test('people are not taken for machines', (t) => {
  const headers = new Headers([
    { name: 'Auto-Submitted', value: 'no' },
    { name: 'Return-Path', value: '<anna@x.example>' },
    { name: 'Precedence', value: 'first-class' },
  ]);
  t.false(isAutomatic(headers, [{ email: 'anna@x.example' }], 'multipart/mixed'));
  t.true(isAutomatic(headers, [{ email: 'anna@x.example' }], 'multipart/report'));
});

test('nobody reads what is sent to these addresses', (t) => {
  for (const local of [
    'noreply',
    'no-reply',
    'No_Reply',
    'donotreply',
    'do-not-reply+1',
    'mailer-daemon',
    'postmaster',
    'bounce+x=y',
    'notifications',
    'noreply-portal',
  ])
    t.true(isAutomaticAddress(`${local}@x.example`), local);
  for (const local of ['anna', 'noreen', 'nora.reply', 'bouncer', 'alerto', 'reply', 'info', 'office'])
    t.false(isAutomaticAddress(`${local}@x.example`), local);
});
