import test from 'ava';
import { lazily, LibraryNeeded, whenLoaded } from '../../shared/platform/libraries.ts';

test('a library is loaded when work asks for it, once, and the work is begun again', async (t) => {
  let [loads, begun] = [0, 0];
  const library = lazily(async () => {
    loads += 1;
    return { answer: 42 };
  });
  t.throws(library, { instanceOf: LibraryNeeded, message: /through whenLoaded\(\)/ });
  const work = (): number => {
    begun += 1;
    return library().answer;
  };
  t.is(await whenLoaded(work), 42);
  t.is(await whenLoaded(work), 42);
  t.deepEqual([loads, begun], [1, 3]);
});

test('other errors are passed on, and so is a library that cannot be loaded', async (t) => {
  await t.throwsAsync(
    whenLoaded(() => {
      throw new RangeError('not about libraries');
    }),
    { instanceOf: RangeError },
  );
  const missing = lazily(() => Promise.reject(new Error('no such package')));
  await t.throwsAsync(whenLoaded(missing), { message: 'no such package' });
});
