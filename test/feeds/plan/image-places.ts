import test from 'ava';
import { imagesOf, mergePlaces } from '../../../shared/feeds/plan/image-places.ts';
import type { ImagePlace } from '../../../shared/feeds/formats/feed-format.ts';

/** `a1 b2`: image 1 at a, 2 at b; `a-`: a is empty. */
function places(text: string): ImagePlace[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map(([key, image]) => ({ key: key as string, url: image === '-' ? null : `https://i.example/${image}.jpg` }));
}

test('an update changes the places that it names', (t) => {
  const cases: readonly [name: string, stored: string, update: string, after: string][] = [
    ['nothing', 'a1 b2', '', 'a1 b2'],
    ['the first ones', '', 'b2 a1', 'a1 b2'],
    ['another one', 'a1 b2', 'c3', 'a1 b2 c3'],
    ['another one between', 'a1 c3', 'b2', 'a1 b2 c3'],
    ['a change', 'a1 b2', 'b3', 'a1 b3'],
    ['a place that is emptied', 'a1 b2', 'a-', 'b2'],
    ['a place that was empty', 'a1', 'b-', 'a1'],
    ['all at once', 'a1 b2 c3', 'a- b4 d5', 'b4 c3 d5'],
    ['the last word on a place counts', 'a1', 'a2 a3', 'a3'],
  ];
  for (const [name, stored, update, after] of cases)
    t.deepEqual(mergePlaces(places(stored), places(update)), places(after), name);
});

test('places make a list of images, each once', (t) => {
  const listOf = (text: string): string =>
    imagesOf(places(text))
      .map(({ url, sortOrder }) => `${sortOrder}:${url.at(-5)}`)
      .join(' ');
  t.is(listOf('a1 b2'), '0:1 1:2');
  t.is(listOf('a1 b- c2'), '0:1 1:2');
  t.is(listOf('a1 b2 c1'), '0:1 1:2');
  t.is(listOf(''), '');
  t.deepEqual(imagesOf([{ key: 'a', url: 'https://i.example/1.jpg', caption: 'Sea' }]), [
    { url: 'https://i.example/1.jpg', sortOrder: 0, caption: 'Sea' },
  ]);
});
