import test from 'ava';
import fc from 'fast-check';
import { normalizeMessageId, repeatedMessageId, substituteMessageId } from '../../../shared/mail/content/message-id.ts';

test('all spellings of a Message-ID are equal', (t) => {
  for (const value of [
    '<a@b.example>',
    'a@b.example',
    ' <a@b.example> ',
    '(sent by) <a@b.example> (really)',
    '<a@\r\n b.example>',
    '<a@b.example',
    '\u0000<a@b.example>',
  ]) {
    t.is(normalizeMessageId(value), 'a@b.example', JSON.stringify(value));
  }
  t.is(normalizeMessageId('<A@b.example>'), 'A@b.example');
});

test('nothing, brackets and blanks are no Message-ID', (t) => {
  for (const value of [undefined, '', ' ', '<>', '< >', '\u0000']) t.is(normalizeMessageId(value), undefined);
});

test('ids that are too long are shortened and stay different', (t) => {
  const [one, other] = [
    normalizeMessageId(`<${'x'.repeat(5000)}1/@b>`),
    normalizeMessageId(`<${'x'.repeat(5000)}2/@b>`),
  ];
  t.true((one as string).length <= 250);
  t.not(one, other);
});

test('any text gives a clean id, and the same one again', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const id = normalizeMessageId(text);
      return (
        id === undefined ||
        (id.length <= 250 &&
          id.isWellFormed() &&
          !/[\s<>]/.test(id) &&
          (id.length > 200 || normalizeMessageId(id) === id))
      );
    }),
  );
  t.pass();
});

test('substitutes depend on provider, mailbox and message', (t) => {
  const mailbox = { provider: 'gmail', email: 'office@a.example' } as const;
  const ids = [
    substituteMessageId(mailbox, '1'),
    substituteMessageId(mailbox, '2'),
    substituteMessageId({ ...mailbox, email: 'other@a.example' }, '1'),
    substituteMessageId({ ...mailbox, provider: 'outlook' }, '1'),
    repeatedMessageId('x', ['a']),
    repeatedMessageId('x', ['b']),
    repeatedMessageId('x', ['a', 'b']),
  ];
  t.is(new Set(ids).size, ids.length);
  t.is(substituteMessageId({ ...mailbox, email: 'Office@A.example' }, '1'), ids[0] as string);
});
