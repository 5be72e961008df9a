import test from 'ava';
import { automationOf, isAutomaticAddress, isAutomaticReply } from '../../../shared/mail/content/automatic.ts';
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
  ['X-Auto-Response-Suppress', 'OOF, DR'],
  ['X-Precedence', 'junk'],
  ['X-Autoresponder', 'on'],
  ['X-Mail-Autoreply', 'yes'],
  ['X-AutoReply-From', 'anna@x.example'],
  ['X-FC-MachineGenerated', 'true'],
  ['List-Help', '<mailto:x>'],
];
for (const [name, value] of machines) {
  test(`${name}: ${value} says that a machine wrote`, (t) => {
    t.true(automationOf(new Headers([{ name, value }]), [{ email: 'anna@x.example' }], 'text/plain').automatic);
  });
}

test('people are not taken for machines', (t) => {
  const headers = new Headers([
    { name: 'Auto-Submitted', value: 'no' },
    { name: 'Return-Path', value: '<anna@x.example>' },
    { name: 'Precedence', value: 'first-class' },
    { name: 'X-Auto-Response-Suppress', value: 'DR, RN, NRN' },
    { name: 'X-Auto-Submitted', value: 'no' },
  ]);
  t.deepEqual(automationOf(headers, [{ email: 'anna@x.example' }], 'multipart/mixed'), { automatic: false });
  t.true(automationOf(headers, [{ email: 'anna@x.example' }], 'multipart/report').automatic);
});

test('a mailing list is distinguished from a machine, and by its name', (t) => {
  const anna = [{ email: 'anna@x.example' }];
  const list = { name: 'List-ID', value: 'The office <Info.Agency.Example>' };
  t.deepEqual(automationOf(new Headers([list, { name: 'Precedence', value: 'list' }]), anna, 'text/plain'), {
    automatic: true,
    listId: 'info.agency.example',
    onlyByList: true,
  });
  t.deepEqual(automationOf(new Headers([list, { name: 'Auto-Submitted', value: 'auto-replied' }]), anna, ''), {
    automatic: true,
    listId: 'info.agency.example',
  });
});

test("Outlook's automatic replies are known without headers", (t) => {
  for (const subject of [
    'Automatic reply: Villa',
    'Automatische Antwort: Haus',
    'Αυτόματη απάντηση: Σπίτι',
    'Réponse automatique : villa'.normalize('NFD'),
    '自動応答：別荘',
  ])
    t.true(isAutomaticReply({ subject }), subject);
  for (const itemClass of ['IPM.Note.Rules.OofTemplate.Microsoft', 'REPORT.IPM.Note.NDR'])
    t.true(isAutomaticReply({ subject: 'Villa', itemClass }), itemClass);
  for (const subject of ['Villa', 'Re: Automatic reply: Villa', 'Automatic gates'])
    t.false(isAutomaticReply({ subject, itemClass: 'IPM.Note' }), subject);
});

test('no-reply addresses are recognised', (t) => {
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
