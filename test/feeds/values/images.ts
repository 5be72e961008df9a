import test from 'ava';
import fc from 'fast-check';
import { absoluteUrl, imageList } from '../../../shared/feeds/values/images.ts';

const urls = (candidates: Parameters<typeof imageList>[0], base?: string): string[] =>
  imageList(candidates, base).images.map(({ url }) => url);

test('addresses become absolute, spaces and escaped ampersands are mended', (t) => {
  t.is(absoluteUrl('http://a.example/uploads/01 fachada.jpg'), 'http://a.example/uploads/01%20fachada.jpg');
  t.is(absoluteUrl('http://a.example/i?x=1&amp;y=2'), 'http://a.example/i?x=1&y=2');
  t.is(absoluteUrl('//cdn.example/a.jpg'), 'https://cdn.example/a.jpg');
  t.is(absoluteUrl('www.a.example/b.jpg'), 'http://www.a.example/b.jpg');
  t.is(absoluteUrl('img/a.jpg', 'https://feeds.example/x/feed.xml'), 'https://feeds.example/x/img/a.jpg');
  t.is(absoluteUrl('img\\a.jpg', 'https://feeds.example/feed.xml'), 'https://feeds.example/img/a.jpg');
});

test('an invalid picture address is dropped and counted', (t) => {
  for (const value of [
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    'file:///etc/passwd',
    'abc.jpg',
    '',
    'http://',
    'http://user:secret@a.example/x.jpg',
  ])
    t.is(absoluteUrl(value), null, value);
  t.deepEqual(imageList([{ url: 'abc.jpg' }, { url: 'http://a.example/1.jpg' }]), {
    images: [{ url: 'http://a.example/1.jpg', sortOrder: 0 }],
    dropped: ['abc.jpg'],
  });
});

test('the main image comes first, positions count, doubles are one', (t) => {
  t.deepEqual(urls([{ url: 'http://a/1' }, { url: 'http://a/2', main: true }, { url: 'http://a/1' }]), [
    'http://a/2',
    'http://a/1',
  ]);
  t.deepEqual(
    urls([
      { url: 'http://a/2', position: 2 },
      { url: 'http://a/10', position: 10 },
      { url: 'http://a/1', position: 1 },
    ]),
    ['http://a/1', 'http://a/2', 'http://a/10'],
  );
  t.deepEqual(
    urls([{ url: 'http://a/2', position: 2 }, { url: 'http://a/1' }]),
    ['http://a/2', 'http://a/1'],
    'a missing position leaves the order of the document',
  );
});

test('a plan is the main image only where there is nothing else', (t) => {
  t.deepEqual(urls([{ url: 'http://a/plan', plan: true }, { url: 'http://a/1' }, { url: 'http://a/2' }]), [
    'http://a/1',
    'http://a/plan',
    'http://a/2',
  ]);
  t.deepEqual(urls([{ url: 'http://a/1' }, { url: 'http://a/plan', plan: true }, { url: 'http://a/2' }]), [
    'http://a/1',
    'http://a/plan',
    'http://a/2',
  ]);
  t.deepEqual(
    urls([{ url: 'http://a/plan', plan: true, main: true }, { url: 'http://a/1' }]),
    ['http://a/plan', 'http://a/1'],
    'unless the feed wants it so',
  );
  t.deepEqual(
    urls([
      { url: 'http://a/plan', plan: true },
      { url: 'http://a/map', plan: true },
    ]),
    ['http://a/plan', 'http://a/map'],
  );
});

test('one value may hold a list', (t) => {
  t.deepEqual(
    urls([{ url: 'http://a/1.jpg,http://a/2.jpg; http://a/3.jpg|http://a/4.jpg\nhttp://a/5.jpg http://a/6.jpg' }])
      .length,
    6,
  );
  t.deepEqual(urls([{ url: 'http://a/x,y.jpg' }]), ['http://a/x,y.jpg'], 'a comma inside of an address stays');
});

test('captions are kept as plain text', (t) => {
  t.deepEqual(
    imageList([
      { url: 'http://a/1', caption: ' <b>Living</b>&amp;nbsp;room ' },
      { url: 'http://a/2', caption: '' },
    ]).images,
    [
      { url: 'http://a/1', sortOrder: 0, caption: 'Living room' },
      { url: 'http://a/2', sortOrder: 1 },
    ],
  );
});

test('whatever is written, images are distinct http(s) addresses numbered from 0', (t) => {
  const candidate = fc.record({
    url: fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom('a.jpg', 'http://a/1', '//b/2')),
  });
  fc.assert(
    fc.property(fc.array(candidate), fc.option(fc.webUrl(), { nil: undefined }), (candidates, base) => {
      const { images } = imageList(candidates, base);
      t.deepEqual(
        images.map(({ sortOrder }) => sortOrder),
        images.map((_, index) => index),
      );
      t.is(new Set(images.map(({ url }) => url)).size, images.length);
      t.true(images.every(({ url }) => /^https?:\/\//.test(url)));
    }),
  );
});
