import test from 'ava';
import { showFeed } from '../../../shared/feeds/settings/show-feed.ts';

test('a feed is shown without its login and without the secrets of its address', (t) => {
  const shown = showFeed({
    _id: '64f0c0ffee0000000000abcd',
    name: 'Villas',
    url: 'https://me:secret@a.example/x.xml?token=abc',
    auth: 'v1.sealed',
    isActive: true,
    itemCount: 5,
  });
  t.like(shown, {
    feedId: '64f0c0ffee0000000000abcd',
    address: 'https://a.example/x.xml?token=...',
    hasLogin: true,
    isPaused: false,
    format: 'AUTO',
    itemCount: 5,
  });
  t.notRegex(JSON.stringify(shown), /secret|abc"|sealed/);
});

test('a value of the wrong kind is left out', (t) => {
  const odd = showFeed({ _id: 7, name: 3, url: null, isActive: null, itemCount: 'many', lastSyncAt: 'now', auth: 1 });
  t.like(odd, { feedId: '7', name: undefined, isPaused: false, hasLogin: false, itemCount: undefined });
  t.is(odd.address, 'an address that cannot be read');
  t.is(odd.lastSyncAt, undefined);
});
