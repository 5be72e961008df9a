import test from 'ava';
import { FormTokens } from '../../../../adapter/status-page/actions/form-tokens.ts';

const now = new Date('2026-11-30T12:00:00Z');
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

test('a token is good once, for its session, for four hours', (t) => {
  const tokens = new FormTokens();
  const token = tokens.issue('mine', now);
  t.is(tokens.take('another', token, now), 'wrong');
  t.is(tokens.take('mine', token, later(3.9)), 'good');
  t.is(tokens.take('mine', token, later(3.9)), 'used');
  t.is(tokens.take('mine', token, later(4.1)), 'old');
  t.is(tokens.take('mine', tokens.issue('mine', now), later(4.1)), 'old');
  t.not(tokens.issue('mine', now), tokens.issue('mine', now));
});

test('what was not issued here is wrong', (t) => {
  const tokens = new FormTokens();
  const token = tokens.issue('mine', now);
  const [time, nonce, signature] = token.split('.') as [string, string, string];
  for (const wrong of [
    '',
    'x',
    `${token} `,
    `${time}.${nonce}.${signature.slice(1)}`,
    `${(now.getTime() + 1).toString(36)}.${nonce}.${signature}`,
    `${time}.${'0'.repeat(24)}.${signature}`,
    new FormTokens().issue('mine', now),
  ])
    t.is(tokens.take('mine', wrong, now), 'wrong', wrong);
  t.is(tokens.take('mine', token, now), 'good');
});
