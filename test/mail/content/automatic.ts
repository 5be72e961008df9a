import test from 'ava';
import { automationOf, isAutomaticAddress, type Signs } from '../../../shared/mail/content/automatic.ts';
import { Headers } from '../../../shared/mail/content/headers.ts';

function read(headers: readonly { name: string; value: string }[], signs: Partial<Signs> = {}) {
  const from = [{ email: 'anna@x.example' }];
  return automationOf({ from, mimeType: 'text/plain', subject: '', ...signs, headers: new Headers(headers) });
}

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
    t.true(read([{ name, value }]).automatic);
  });
}

test('people are not taken for machines', (t) => {
  const headers = [
    { name: 'Auto-Submitted', value: 'no' },
    { name: 'Return-Path', value: '<anna@x.example>' },
    { name: 'Precedence', value: 'first-class' },
    { name: 'X-Auto-Response-Suppress', value: 'DR, RN, NRN' },
    { name: 'X-Auto-Submitted', value: 'no' },
  ];
  t.deepEqual(read(headers, { mimeType: 'multipart/mixed' }), { automatic: false });
  t.true(read(headers, { mimeType: 'multipart/report' }).automatic);
});

test('a mailing list is distinguished from a machine, and by its name', (t) => {
  const list = { name: 'List-ID', value: 'The office <Info.Agency.Example>' };
  t.deepEqual(read([list, { name: 'Precedence', value: 'list' }]), {
    automatic: true,
    listId: 'info.agency.example',
    onlyByList: true,
  });
  t.deepEqual(read([list, { name: 'Auto-Submitted', value: 'auto-replied' }]), {
    automatic: true,
    listId: 'info.agency.example',
  });
});

const replies = [
  'Automatic reply: Villa',
  'Out of Office AutoReply: Villa',
  'Automatische Antwort: Haus',
  'Αυτόματη απάντηση: Σπίτι',
  'Réponse automatique : villa'.normalize('NFD'),
  '自動応答：別荘',
];

test("Outlook's automatic replies are known by their class, and by their subject when no header can say it", (t) => {
  for (const subject of replies) t.true(read([], { subject }).automatic, subject);
  for (const itemClass of ['IPM.Note.Rules.OofTemplate.Microsoft', 'REPORT.IPM.Note.NDR'])
    t.true(read([], { subject: 'Villa', itemClass }).automatic, itemClass);
  for (const subject of ['Villa', 'Re: Automatic reply: Villa', 'Automatic gates', 'Out of office: call my wife'])
    t.false(read([], { subject, itemClass: 'IPM.Note' }).automatic, subject);
});

test('a subject proves nothing where headers came with the message', (t) => {
  for (const subject of replies) t.false(read([{ name: 'Date', value: 'x' }], { subject }).automatic, subject);
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
