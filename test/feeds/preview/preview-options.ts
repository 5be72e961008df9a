import test from 'ava';
import { previewSettings } from '../../../shared/feeds/preview/preview-options.ts';

test('a preview uses the settings of the feed and its location, as a run does', (t) => {
  const feed = { defaultCurrency: 'EUR', country: null };
  t.deepEqual(previewSettings(feed, { timeZone: 'Asia/Nicosia', language: 'EL-cy' }), {
    defaultCurrency: 'EUR',
    country: undefined,
    timeZone: 'Asia/Nicosia',
    languages: ['el'],
  });
  t.deepEqual(previewSettings({}, null), { defaultCurrency: undefined, country: undefined });
});
