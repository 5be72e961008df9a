import test from 'ava';
import { noticeHeader, noticeOf, sessionHeader, sessionOf } from '../../../../adapter/status-page/actions/session.ts';

const request = (headers: Record<string, string> = {}) => new Request('http://127.0.0.1/', { headers });
const id = '0123456789abcdef0123456789abcdef';

test('a session is the cookie that we gave, or a new one', (t) => {
  t.deepEqual(sessionOf(request({ cookie: `a=1; estio-cron-session=${id}` })), { id, isNew: false });
  for (const cookie of [
    '',
    'estio-cron-session=',
    'estio-cron-session=x',
    `other=${id}`,
    `estio-cron-session=${id}0`,
  ]) {
    const session = sessionOf(request({ cookie }));
    t.true(session.isNew);
    t.regex(session.id, /^[0-9a-f]{32}$/);
    t.not(session.id, id);
  }
});

test('no script reads its cookie and no other site sends it; behind TLS it stays there', (t) => {
  const session = { id, isNew: true };
  t.is(sessionHeader(session, request()), `estio-cron-session=${id}; Path=/; HttpOnly; SameSite=Strict`);
  t.regex(sessionHeader(session, request({ 'x-forwarded-proto': 'https' })), /; Secure$/);
});

test('a notice is read back unchanged, and an invalid one is ignored', (t) => {
  const [pair] = noticeHeader('feed-paused', request()).split(';');
  t.is(noticeOf(request({ cookie: pair as string })), 'feed-paused');
  t.is(noticeOf(request({ cookie: 'estio-cron-notice=%' })), undefined);
  t.is(noticeOf(request()), undefined);
});
