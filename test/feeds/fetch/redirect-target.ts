import test from 'ava';
import { redirectTarget } from '../../../shared/feeds/fetch/redirect-target.ts';

test('no redirect leads into a private network or from https to http', (t) => {
  const from = new URL('https://feeds.example/feed.xml');
  t.throws(() => redirectTarget(from, 'http://feeds.example/feed.xml'), { code: 'insecure-redirect' });
  for (const to of [
    'https://127.0.0.1/',
    'https://10.1.2.3/x',
    '//192.168.0.1/',
    'https://[::1]/',
    'https://2130706433/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/latest',
  ]) {
    t.throws(() => redirectTarget(from, to), { code: 'private-address' }, to);
  }
  t.is(redirectTarget(from, '/other.xml').href, 'https://feeds.example/other.xml');
  t.is(redirectTarget(new URL('http://feeds.example/'), 'https://cdn.example/a').href, 'https://cdn.example/a');
});
