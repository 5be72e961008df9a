import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import { parseMessage } from '../../../shared/mail/content/parse-message.ts';
import type { StructuredContent } from '../../../shared/mail/mail-provider.ts';
import { fetchedRaw, unread } from '../../doubles/mail.ts';

const mailbox = { provider: 'gmail', email: 'office@agency.example' } as const;
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/mail/${name}.eml`, import.meta.url));
const parse = (name: string) => parseMessage(mailbox, fetchedRaw(fixture(name)));

/** In buffers still in use. */
function retainedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

const texts: Record<string, string> = {
  'charset-declared-windows-1253': 'Καλημέρα, είναι ακόμη διαθέσιμο το διαμέρισμα; Τιμή €250.000.',
  'charset-undeclared-greek':
    'Καλημέρα σας, ενδιαφέρομαι για το διαμέρισμα στη Λεμεσό που είδα στην ιστοσελίδα σας. Μπορούμε να το δούμε αύριο;',
  'charset-undeclared-russian':
    'Здравствуйте, нас интересует дом у моря, который мы видели на вашем сайте. Можно посмотреть его завтра?',
  'charset-lying-latin1-is-utf8': 'Größe, café, naïve – 80 m²',
  'charset-lying-utf8-is-latin1':
    'Wir möchten die Wohnung am Freitag besichtigen. Schöne Grüße aus Köln, Jürgen Müller – bitte bestätigen.',
  'charset-iso-2022-jp': '明日の内見をお願いします。',
  'charset-iso-2022-jp-undeclared': '明日の内見をお願いします。',
  'charset-unknown-name': 'plain and ünï',
  'charset-html-meta': 'Τιμή: 5',
  'charset-utf8-broken': 'Ενδιαφέρομαι για το σπίτι στη Λάρνακ\uFFFD',
  'apple-mixed': 'Before the picture.\n\nAfter the picture.',
  'inline-images': 'The kitchen as it is now.',
  'nested-message': 'Please see the attached message.',
  'smime-signed': 'Signed but readable.',
  damaged: 'The beginning is here',
};

for (const [name, text] of Object.entries(texts)) {
  test(`the text of ${name} is read`, async (t) => {
    t.is((await parse(name)).text, text);
  });
}

test('subjects are decoded in their charset, also when it is the wrong one', async (t) => {
  t.is((await parse('charset-declared-windows-1253')).subject, 'Ενδιαφέρον για το διαμέρισμα');
  t.is((await parse('charset-iso-2022-jp')).subject, '物件について');
  t.is((await parse('charset-lying-latin1-is-utf8')).subject, 'Café');
});

test('address lists are split before names are decoded', async (t) => {
  const message = await parse('encoded-words');
  t.deepEqual(message.from, [
    { name: 'Last, First', email: 'anna+flat@buyers.example' },
    { name: "O'Neil, Pat", email: 'pat@buyers.example' },
  ]);
  t.deepEqual(message.sender, { name: 'Assistant', email: 'assistant@buyers.example' });
  t.deepEqual(message.to, [
    { name: 'ΠΑρα', email: 'par@agency.example' },
    { name: 'A, B', email: 'a@agency.example' },
    { email: 'b@agency.example' },
    { email: 'second-to@agency.example' },
  ]);
  t.deepEqual(message.cc, [{ name: 'Enc', email: 'whole@x.example' }]);
  t.deepEqual(message.replyTo, [{ email: 'reply@portal.example' }]);
  t.is(message.subject, '€ 500,000 for the café');
  t.is(message.messageIdHeader, 'words@buyers.example');
});

test('a nested message is an attachment named by its subject, its text is not ours', async (t) => {
  const message = await parse('nested-message');
  t.like(message.attachments, { length: 1, 0: { id: '2', name: 'Price €.eml', mimeType: 'message/rfc822' } });
  t.false(JSON.stringify(message).includes('SECRET'));
});

test('inline images keep the id that the HTML names', async (t) => {
  const message = await parse('inline-images');
  t.deepEqual(message.attachments, [
    { id: '2', name: 'κουζίνα.jpg', mimeType: 'image/jpeg', size: 10, contentId: 'kitchen@x', inline: true },
  ]);
  t.true(message.html?.includes('src="cid:kitchen@x"'));
});

test('attachments have names without folders, and sizes after decoding', async (t) => {
  t.deepEqual((await parse('apple-mixed')).attachments, [
    { id: '2', name: 'plan.png', mimeType: 'image/png', size: 8, inline: true },
    { id: '4', name: 'notes.txt', mimeType: 'text/plain', size: 15 },
  ]);
  t.like(await parse('calendar'), {
    text: 'Viewing on Friday at 10.',
    attachments: { length: 1, 0: { name: 'invite.ics', mimeType: 'text/calendar' } },
  });
});

test('what is encrypted is kept as such, with its headers; what is only signed is read', async (t) => {
  for (const name of ['pgp-encrypted', 'pgp-inline', 'smime-enveloped']) {
    t.like(
      await parse(name),
      { encrypted: true, snippet: '', subject: 'secret', from: [{ name: 'Anna Buyer', email: 'anna@buyers.example' }] },
      name,
    );
  }
  t.deepEqual(
    (await parse('pgp-encrypted')).attachments.map(({ name }) => name),
    ['attachment-1.asc', 'encrypted.asc'],
  );
  t.false((await parse('smime-signed')).encrypted);
});

test('NUL, control characters and half surrogates do not reach the database', async (t) => {
  const message = await parse('nul-and-controls');
  t.is(message.subject, 'nul end');
  t.true(message.text.startsWith('beforeafter'));
  // eslint-disable-next-line no-control-regex
  t.notRegex(message.text + message.snippet, /[\u0000-\u0008\u001B]/);
  t.true(message.text.isWellFormed());
});

test('a message without Message-ID, subject, date or sender is a message', async (t) => {
  const bare = await parse('no-message-id-no-subject');
  t.like(bare, { subject: '', text: 'just text', sentAt: new Date('2026-11-23T09:00:00Z'), declaredAt: undefined });
  t.regex(bare.messageIdHeader, /^[0-9a-f]{40}@missing\.invalid$/);
  const again = await parseMessage(
    { provider: 'gmail', email: 'Office@Agency.example' },
    fetchedRaw(fixture('no-message-id-no-subject')),
  );
  const other = await parseMessage(
    mailbox,
    fetchedRaw(fixture('no-message-id-no-subject'), { providerMessageId: 'q' }),
  );
  t.is(again.messageIdHeader, bare.messageIdHeader);
  t.not(other.messageIdHeader, bare.messageIdHeader);

  const senderless = await parse('no-sender');
  t.deepEqual(senderless.from, []);
  t.true(senderless.messageIdHeader.length <= 250);
  t.is(senderless.sentAt.toISOString(), '2026-11-23T09:00:00.000Z');
});

test('a head of any size hides neither people nor text', async (t) => {
  const folded = `X-Folded: ${`${'x'.repeat(70)}\n `.repeat(70_000)}\n`;
  for (const long of [
    `X-Big: ${'x'.repeat(5 * 1024 * 1024)}\n`,
    folded,
    'X-Many: y\n'.repeat(300_000),
    `X-Thin: y\n${' \n'.repeat(50_000)}`,
  ]) {
    const raw = `From: ann@x.example\nSubject: Villa\nMessage-ID: <big@x.example>\n${long}\nIs it still for sale?`;
    t.like(await parseMessage(mailbox, fetchedRaw(raw)), {
      subject: 'Villa',
      messageIdHeader: 'big@x.example',
      from: [{ email: 'ann@x.example' }],
      text: 'Is it still for sale?',
    });
  }
});

test('of thousands of texts the first are the body', async (t) => {
  const raw =
    'From: ann@x.example\nContent-Type: multipart/mixed; boundary=b\n\n' +
    `${'--b\nContent-Type: text/html\n\n<p>x</p>\n'.repeat(3000)}--b--`;
  const { text, attachments } = await parseMessage(mailbox, fetchedRaw(raw));
  t.is(text.split('\n\n').length, 100);
  t.is(attachments.length, 500);
});

test('automatic messages are recognised', async (t) => {
  t.true((await parse('auto-reply')).automatic);
  t.true((await parse('delivery-report')).automatic);
  t.false((await parse('apple-mixed')).automatic);
});

test('a message that the provider has taken apart comes out the same', async (t) => {
  const content: StructuredContent = {
    kind: 'structured',
    internetMessageId: '<words@buyers.example>',
    subject: '€ 500,000',
    from: [{ name: 'Anna', email: 'Anna+Flat@Buyers.Example' }],
    sender: { name: 'Anna', email: 'anna+flat@buyers.example' },
    to: [{ name: 'Internal Colleague' }, { email: 'office@agency.example' }],
    cc: [],
    bcc: [],
    replyTo: [],
    html: '<p onclick="x()">Hello<script>x()</script></p><blockquote>old</blockquote>',
    headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
    attachments: [{ id: 'AAMk', name: '..\u0000plan.pdf', mimeType: 'application/pdf', size: 5, isInline: false }],
    sentAt: new Date('2026-11-23T08:00:00Z'),
  };
  const message = await parseMessage(
    { provider: 'outlook', email: 'office@agency.example' },
    {
      providerMessageId: 'AAMk',
      folder: 'inbox',
      flags: unread,
      receivedAt: new Date('2026-11-23T08:00:01Z'),
      content,
    },
  );
  t.like(message, {
    messageIdHeader: 'words@buyers.example',
    folder: 'inbox',
    from: [{ name: 'Anna', email: 'anna+flat@buyers.example' }],
    to: [{ name: 'Internal Colleague', email: '' }, { email: 'office@agency.example' }],
    html: '<p>Hello</p><blockquote>old</blockquote>',
    text: 'Hello\n\n> old',
    snippet: 'Hello',
    automatic: true,
    attachments: [{ id: 'AAMk', name: '..plan.pdf', mimeType: 'application/pdf', size: 5 }],
  });
});

test.serial('25 MB of attachments and 25 MB of text stay neither in memory nor in the document', async (t) => {
  const line = `${Buffer.alloc(57, 7).toString('base64')}\r\n`;
  const head = 'From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n';
  const attachment = '--q\r\nContent-Type: application/pdf; name=big.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n';
  const big = Buffer.from(
    head + attachment + line.repeat(450_000) + '--q\r\nContent-Type: text/plain\r\n\r\nshort\r\n--q--\r\n',
  );
  const before = retainedBytes();
  const message = await parseMessage(mailbox, fetchedRaw(big));
  t.true(retainedBytes() - before < 4 * 1024 * 1024);
  t.like(message, { text: 'short', attachments: { length: 1, 0: { name: 'big.pdf', size: 25_650_000 } } });

  const words = Buffer.from(
    `From: a@b.example\r\nContent-Type: text/html\r\n\r\n${'<p>word &amp; word</p>\r\n'.repeat(1_100_000)}`,
  );
  const long = await parseMessage(mailbox, fetchedRaw(words));
  t.true(Buffer.byteLength(long.text) + Buffer.byteLength(long.html ?? '') < 8 * 1024 * 1024);
  t.true(long.text.startsWith('word & word'));
});

test('no mail makes a document that MongoDB refuses', async (t) => {
  const parts = (type: string, content: string, count: number) =>
    'Content-Type: multipart/mixed; boundary=q\r\n\r\n' +
    `${`--q\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${content}\r\n`.repeat(count)}--q--\r\n`;
  for (const raw of [
    parts('text/html', `<p title='${'"'.repeat(900_000)}'>x</p>`, 12),
    parts('text/html', '&'.repeat(1_000_000), 12),
    parts('text/plain', '語'.repeat(300_000), 12),
    parts('text/plain', 'x', 5000),
  ]) {
    const message = await parseMessage(mailbox, fetchedRaw(Buffer.from(raw)));
    t.true(mongo.BSON.calculateObjectSize(message) < 14 * 1024 * 1024);
    t.not(message.text, '');
  }
});

test('any bytes become a message that can be stored', async (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      'From: ',
      'To: ',
      'Subject: =?utf-8?B?',
      '?=',
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: text/html; charset=',
      'Content-Transfer-Encoding: base64',
      '--b',
      '--b--',
      'Content-Type: message/rfc822',
      '<p>',
      '<a href="javascript:x">',
      '\u0000',
      ' ',
      ',',
      ';',
      '<',
      '>',
      '"',
      'a@b.example',
      'On Mon wrote:',
      '> ',
      'koi8-r',
    ),
    fc.constantFrom('\r\n', '\r\n', '\r\n\r\n', '\n'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      const message = await parseMessage(mailbox, fetchedRaw(Buffer.from(pieces.join(''), 'utf8')));
      const written = JSON.stringify(message);
      if (/\\u0000|\\ud[89a-f]/i.test(written)) throw new Error(`not clean: ${written}`);
      if (message.messageIdHeader === '' || Number.isNaN(message.sentAt.getTime()))
        throw new Error(`no identity or date: ${written}`);
      if (/<script|javascript:/i.test(message.html ?? '')) throw new Error(`not safe: ${written}`);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

for (const type of ['multipart/mixed', 'multipart/mixed; boundary=other', 'text', ';;;']) {
  test(`the text under the damaged type "${type}" is kept`, async (t) => {
    const parts = type.startsWith('multipart')
      ? '--b\nContent-Type: text/plain\n\nHello Maria\n--b--\n'
      : 'Hello Maria\n';
    const parsed = await parseMessage(
      { provider: 'gmail', email: 'office@agency.example' },
      fetchedRaw(`From: a@b.example\nContent-Type: ${type}\n\n${parts}`),
    );
    t.regex(parsed.text, /Hello Maria/);
    t.deepEqual(parsed.attachments, []);
  });
}

test('a text of an unknown type is the text, or an attachment if there is another', async (t) => {
  const enriched = 'Content-Type: text/enriched\n\nMay I come?\n';
  t.is((await parseMessage(mailbox, fetchedRaw(`From: a@b.example\n${enriched}`))).text, 'May I come?');
  const mixed = `From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n${enriched}--x\n\nHello\n--x--\n`;
  t.like(await parseMessage(mailbox, fetchedRaw(mixed)), {
    text: 'Hello',
    attachments: [{ mimeType: 'text/enriched' }],
  });
});

test('HTML that was sent as plain text is HTML, talk about HTML is not', async (t) => {
  const parse = (text: string) =>
    parseMessage(mailbox, fetchedRaw(`From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n${text}`));
  t.like(await parse('<html><body><p>Is it <b>free</b>?</p><script>x()</script></body></html>'), {
    text: 'Is it free?',
    html: '<p>Is it <b>free</b>?</p>',
  });
  for (const start of ['<div dir="ltr">', '<?xml version="1.0"?><html>', '<!-- by x -->\n<body>', '<ul><li>', '<h1>'])
    t.regex((await parse(`${start}Hello</div></ul></h1></html>`)).text, /^(\* )?\s*Hello$/, start);
  for (const text of ['Use <br> here', 'a <b> c', '<p> is a paragraph'])
    t.like(await parse(text), { text, html: undefined });
});
