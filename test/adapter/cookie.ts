import test from 'ava';
import { cookieOf } from '../../adapter/cookie.ts';

const request = new Request('http://a.example', { headers: { cookie: 'one=1; two=a=b; three=' } });

test('a cookie is found by its whole name', (t) => {
  t.is(cookieOf(request, 'one'), '1');
  t.is(cookieOf(request, 'two'), 'a=b');
  t.is(cookieOf(request, 'three'), '');
  t.is(cookieOf(request, 'on'), undefined);
  t.is(cookieOf(new Request('http://a.example'), 'one'), undefined);
});
