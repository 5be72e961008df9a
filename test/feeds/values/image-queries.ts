import test from 'ava';
import { listingHash } from '../../../shared/feeds/read/listing-hash.ts';
import { imageList } from '../../../shared/feeds/values/images.ts';

const hashOf = (urls: readonly string[], ignored: readonly string[] = []): string =>
  listingHash({ images: imageList(urls.map((url) => ({ url }))).images }, 'snapshot', ignored);

test('a query key that changes every run changes nothing when the feed’s settings name it', (t) => {
  const [before, after] = [['http://a/1.jpg?v=1&w=800'], ['http://a/1.jpg?v=2&w=800']];
  t.not(hashOf(before), hashOf(after));
  t.is(hashOf(before, ['v']), hashOf(after, ['v']));
  t.not(hashOf(before, ['v']), hashOf(['http://a/1.jpg?v=2&w=400'], ['v']));
});

test('the same pictures in another order are a change of order', (t) => {
  t.not(hashOf(['http://a/1.jpg', 'http://a/2.jpg']), hashOf(['http://a/2.jpg', 'http://a/1.jpg']));
  t.is(hashOf(['http://a/1.jpg', 'http://a/1.jpg']), hashOf(['http://a/1.jpg']));
});
