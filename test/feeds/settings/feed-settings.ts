import test from 'ava';
import { readFeedSettings } from '../../../shared/feeds/settings/feed-settings.ts';

test('settings are read as the record keeps them', (t) => {
  for (const [given, values] of [
    [{}, {}],
    [{ name: ' Villas ' }, { name: 'Villas' }],
    [{ format: 'kyero' }, { format: 'KYERO' }],
    [{ format: 'auto' }, { format: 'AUTO' }],
    [{ mode: 'DELTA' }, { mode: 'delta' }],
    [{ currency: '€' }, { defaultCurrency: 'EUR' }],
    [{ currency: 'gbp' }, { defaultCurrency: 'GBP' }],
    [{ country: 'Zypern' }, { country: 'CY' }],
    [{ country: 'uk' }, { country: 'GB' }],
    [{ 'id-from': 'reference' }, { idFrom: 'reference' }],
    [{ fetch: 'browser' }, { fetch: 'browser' }],
    [{ encoding: 'Windows-1251' }, { encoding: 'windows-1251' }],
    [{ 'image-base-url': 'https://a.example/p/' }, { imageBaseUrl: 'https://a.example/p/' }],
    [{ 'host-key': `SHA256:${'a'.repeat(43)}` }, { hostKey: `SHA256:${'a'.repeat(43)}` }],
    [{ url: ' https://a.example/x.xml ' }, { url: 'https://a.example/x.xml' }],
    [{ url: 'sftp://a.example/out/' }, { url: 'sftp://a.example/out/' }],
    [{ url: 'file:///var/feeds/a/' }, { url: 'file:///var/feeds/a/' }],
  ] as const)
    t.deepEqual(readFeedSettings(given), values as object, JSON.stringify(given));
});

test('an empty setting is removed, or gets its default', (t) => {
  t.deepEqual(readFeedSettings({ name: '', format: '', mode: ' ', currency: '', 'id-from': '', fetch: '' }), {
    name: null,
    format: 'AUTO',
    mode: null,
    defaultCurrency: null,
    idFrom: null,
    fetch: 'http',
  });
});

test('what is not as expected is named, all of it, and no address is repeated', (t) => {
  for (const [given, message] of [
    [{ format: 'KYREO' }, /--format expects one of AUTO, KYERO.*, got "KYREO" \(did you mean KYERO\?\)/],
    [{ mode: 'full' }, /--mode expects one of snapshot, delta, got "full"/],
    [{ currency: 'doubloons' }, /--currency expects a currency, such as EUR, got "doubloons"/],
    [{ country: 'Atlantis' }, /--country expects a country/],
    [{ 'id-from': 'row' }, /--id-from expects one of reference/],
    [{ encoding: 'klingon-8' }, /--encoding expects an encoding/],
    [{ 'image-base-url': 'pictures' }, /--image-base-url expects/],
    [{ 'host-key': 'md5:00' }, /--host-key expects/],
    [{ url: 'ftp://me:secret@a.example/' }, /^--url expects an address with https:.*, got another one$/],
    [{ url: '' }, /--url expects/],
    [{ url: 'feed.xml' }, /--url expects/],
  ] as const) {
    const error = t.throws(() => readFeedSettings(given), { code: 'usage' });
    t.regex(error?.message ?? '', message);
    t.notRegex(error?.message ?? '', /secret/);
  }
  t.is(t.throws(() => readFeedSettings({ mode: 'x', currency: 'y z' })).message.split('\n').length, 2);
});
