import test from 'ava';
import { describeFailure } from '../../shared/feeds/failure-messages.ts';
import { EstioError } from '../../shared/platform/errors.ts';

const address = 'https://feeds.example/a.xml';
const describe = (code: string, message: string, isSentOnce = false) =>
  describeFailure(new EstioError(message, { code }), address, isSentOnce);

test('a failure says what it is, where, and what to do', (t) => {
  for (const code of [
    'private-address',
    'bad-url',
    'feed-too-large',
    'http-error',
    'page-loop',
    'unauthorized',
    'odd',
  ]) {
    const text = describe(code, 'Expected a public address');
    t.true(text.endsWith(`[${address}: Expected a public address]`), text);
    t.regex(
      text,
      /next run|ask the publisher|assign another|check the address|correct it|use a public address|FEED_MAX_MB/,
      code,
    );
  }
});

test('our own messages that say what to do are kept whole', (t) => {
  const message = `${'Nothing was changed. '.repeat(30)}Confirm it`;
  for (const code of ['ids-moved', 'format-changed', 'mode-changed', 'removals-held', 'needs-mapping'])
    t.is(describe(code, message), message);
});

test('for a feed that sends each change once, the message does not promise another try', (t) => {
  t.regex(describe('truncated', 'cut', true), /sends each change only once/);
  t.notRegex(describe('truncated', 'cut'), /once/);
});

test('a long technical text ends behind a word', (t) => {
  const text = describe('corrupt', 'word '.repeat(200));
  t.regex(text, /word …\]$/);
  t.true(text.length < 450);
});
