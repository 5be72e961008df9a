import test from 'ava';
import { redirectOf } from '../../shared/platform/post-redirect.ts';

test('only a redirect to the web is one, and none from https to http', (t) => {
  const from = new URL('https://a.example/x');
  const to = (status: number, location?: string, base = from) => redirectOf(base, status, location)?.href;
  t.is(to(301, '/y'), 'https://a.example/y');
  t.is(to(308, 'https://b.example/'), 'https://b.example/');
  t.is(to(302, 'http://b.example/'), undefined);
  t.is(to(302, 'http://b.example/', new URL('http://a.example/')), 'http://b.example/');
  t.is(to(302, 'file:///etc/passwd'), undefined);
  t.is(to(302, 'http://[', from), undefined);
  t.is(to(303, '/y'), undefined);
  t.is(to(200, '/y'), undefined);
  t.is(to(301), undefined);
});
