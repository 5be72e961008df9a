import test from 'ava';
import fc from 'fast-check';
import { withoutQuotedHistory } from '../../../shared/mail/content/quoted-history.ts';
import { makeSnippet } from '../../../shared/mail/content/snippet.ts';

const cases: { title: string; subject?: string; text: string; own: string }[] = [
  {
    title: 'Gmail',
    text: 'Yes please.\n\nOn Mon, 23 Nov 2026 at 09:00, Office <office@a.example> wrote:\n> Shall we?\n> Best',
    own: 'Yes please.',
  },
  {
    title: 'Gmail, attribution wrapped',
    text: 'Yes.\n\nOn Mon, 23 Nov 2026 at 09:00, The Very Long Office Name\n<office@a.example> wrote:\n\n> Shall we?',
    own: 'Yes.',
  },
  {
    title: 'Gmail, Greek',
    text: 'Ναι.\n\nΣτις Δευ 23 Νοε 2026 στις 9:00 π.μ., ο χρήστης Office <office@a.example> έγραψε:\n\n> Θα έρθετε;',
    own: 'Ναι.',
  },
  {
    title: 'Apple Mail, German',
    text: 'Ja.\n\n> Am 23.11.2026 um 09:00 schrieb Office <office@a.example>:\n>\n> Kommen Sie?',
    own: 'Ja.',
  },
  {
    title: 'Thunderbird, French',
    text: 'Oui.\n\nLe 23/11/2026 à 09:00, Office a écrit :\n> Venez-vous ?',
    own: 'Oui.',
  },
  {
    title: 'attribution without quote marks',
    text: 'Yes.\n\nOn 23 Nov 2026, at 09:00, Office wrote:\n\nShall we?',
    own: 'Yes.',
  },
  {
    title: 'a language we have no words for',
    text: 'Igen.\n\n2026. nov. 23. 9:00, Office <office@a.example> ezt:\n> Jön?',
    own: 'Igen.',
  },
  {
    title: 'Outlook',
    subject: 'Re: villa',
    text:
      'Sure.\n\nFrom: Office <office@a.example>\nSent: Monday, 23 November 2026 09:00\nTo: Anna\nSubject: ' +
      'villa\n\nShall we?',
    own: 'Sure.',
  },
  {
    title: 'Outlook with a line',
    text:
      'Sure.\n________________________________\nVon: Office\nGesendet: Montag\nAn: Anna\nBetreff: Villa\n\n' +
      'Kommen Sie?',
    own: 'Sure.',
  },
  { title: 'Outlook, old', text: 'Sure.\n\n-----Original Message-----\nFrom: Office\n\nShall we?', own: 'Sure.' },
  {
    title: 'answers between the lines',
    text: 'See below.\n\n> Can you come on Friday?\nYes.\n> At ten?\nBetter eleven.',
    own: 'See below.\n\nYes.\nBetter eleven.',
  },
  {
    title: 'answer below',
    text: 'On Mon, 23 Nov 2026 at 09:00, Office <o@a.example> wrote:\n> Shall we?\n\nYes, gladly.',
    own: 'Yes, gladly.',
  },
  { title: 'nothing of its own', text: '> all\n> quoted', own: '' },
  {
    title: 'a colon is no attribution',
    text: 'We like these:\nthe villa\nthe flat at 09:30:\nthanks',
    own: 'We like these:\nthe villa\nthe flat at 09:30:\nthanks',
  },
  {
    title: 'a list with labels is no header block',
    text: 'From: Limassol\nwe drive to you.',
    own: 'From: Limassol\nwe drive to you.',
  },
  {
    title: 'Gmail forward',
    subject: 'Fwd: villa',
    text:
      'What do you think?\n\n---------- Forwarded message ---------\nFrom: Seller <s@x.example>\nSubject: ' +
      'villa\n\nFor sale.\n\n> older',
    own:
      'What do you think?\n\n---------- Forwarded message ---------\nFrom: Seller <s@x.example>\nSubject: ' +
      'villa\n\nFor sale.\n\nolder',
  },
  {
    title: 'Apple forward, quoted',
    subject: 'Fwd: villa',
    text: 'FYI\n\nBegin forwarded message:\n\n> From: Seller\n> Subject: villa\n>\n> For sale.',
    own: 'FYI\n\nBegin forwarded message:\n\nFrom: Seller\nSubject: villa\n\nFor sale.',
  },
  {
    title: 'Outlook forward',
    subject: 'FW: villa',
    text: 'FYI\n\nFrom: Seller <s@x.example>\nSent: Monday\nTo: Anna\nSubject: villa\n\nFor sale.',
    own: 'FYI\n\nFrom: Seller <s@x.example>\nSent: Monday\nTo: Anna\nSubject: villa\n\nFor sale.',
  },
  {
    title: 'Gmail, the answer directly above',
    text: 'Yes\nOn Mon, 23 Nov 2026 at 09:00, A <a@b.example> wrote:\n> old',
    own: 'Yes',
  },
  {
    title: 'an answer of several lines directly above',
    text: 'Hello,\nI offer 480,000.\nMaria\nOn Mon, 23 Nov 2026 at 09:00, A <a@b.example> wrote:\n> old',
    own: 'Hello,\nI offer 480,000.\nMaria',
  },
  {
    title: 'an answer with a date above a wrapped attribution',
    text: 'On 24 Nov 2026 at 10:00, then.\nOn Mon, 23 Nov 2026 at 09:00, The Office\n<office@a.example> wrote:\n\nold',
    own: 'On 24 Nov 2026 at 10:00, then.',
  },
  {
    title: 'German, directly above',
    text: 'Ja.\nAm 23.11.2026 um 09:00 schrieb Office <office@a.example>:\n> alt',
    own: 'Ja.',
  },
  {
    title: 'Yahoo',
    text: 'We accept 480,000.\nOn Monday, 23 November 2026 at 09:00:12 CET, Office <office@a.example> wrote:\n\nold',
    own: 'We accept 480,000.',
  },
  {
    title: 'wrapped into three lines',
    text: 'Yes\nOn Mon, 23 Nov 2026 at 09:00\nOffice <office@a.example>\nwrote:\n> old',
    own: 'Yes',
  },
  {
    title: 'wrapped, the name first',
    text: 'Ja\nOffice <office@a.example>\nschrieb am 23.11.2026 um 09:00:\n> alt',
    own: 'Ja',
  },
  {
    title: 'Apple forward, quoted as a whole',
    subject: 'Fwd: villa',
    text: 'FYI\n\n> Begin forwarded message:\n>\n> From: Seller\n> For sale.',
    own: 'FYI\n\nBegin forwarded message:\n\nFrom: Seller\nFor sale.',
  },
  {
    title: 'a reply to a forward',
    subject: 'Re: Fwd: villa',
    text:
      'No.\n\nOn 23 Nov 2026, at 09:00, Anna <a@x.example> wrote:\n> ---------- Forwarded message ---------\n> ' +
      'From: Seller\n> For sale.',
    own: 'No.',
  },
];

for (const { title, subject, text, own } of cases) {
  test(`history is distinguished from news: ${title}`, (t) => {
    t.is(withoutQuotedHistory(text, subject ?? 'Re: villa'), own);
  });
}

test('a snippet is one line of limited length, cut between words', (t) => {
  t.is(makeSnippet('  Hello\n\n\u200b\u200bthere\u00a0 you ', ''), 'Hello there you');
  const long = makeSnippet('word '.repeat(100), '');
  t.true(long.length <= 201);
  t.regex(long, /word…$/);
  t.is(makeSnippet('> only history', 'Re: x'), '');
});

test('no text breaks a snippet or brings in quoted lines of a reply', (t) => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom('', '> old', '>> older', 'On 1 Jan 2026 at 10:00, X <x@y.example> wrote:', '-- '),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const snippet = makeSnippet(lines.join('\n'), 'Re: x');
      return snippet.isWellFormed() && snippet.length <= 201 && !snippet.includes('\n') && !snippet.includes('> old');
    }),
  );
  t.pass();
});

test('long and nasty texts come to an end, in a snippet of the usual length', (t) => {
  for (const text of [
    '>'.repeat(1_000_000),
    'a '.repeat(500_000) + ':',
    'From: '.repeat(200_000),
    '-'.repeat(1_000_000),
    'On 1:1 @ '.repeat(100_000),
    '\n:'.repeat(400_000),
  ]) {
    t.true(makeSnippet(text, 'Re: x').length <= 201);
  }
});
