import test from 'ava';
import { readRedirect } from '../../../shared/mail/gmail/read-redirect.ts';

test('a pasted text of another sign-in is refused', (t) => {
  for (const text of ['', 'hello', 'http://127.0.0.1/?code=x', 'http://127.0.0.1/?code=x&state=other']) {
    t.is(t.throws<Error & { code: string }>(() => readRedirect(text, 'mine'))?.code, 'connect-state');
  }
  t.is(readRedirect(' http://127.0.0.1:48765/?state=mine&code=c1\n', 'mine'), 'c1');
});
