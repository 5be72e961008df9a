import test from 'ava';
import { generic } from '../../../shared/feeds/formats/generic.ts';
import { TooSlowError, withTimeLimit } from '../../../shared/feeds/read/time-limit.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';
import { loadLibraries } from '../../../shared/platform/libraries.ts';

await loadLibraries();

const large = 64 * 1024;

function readForever(): boolean {
  return /^(a+)+$/.test(`${'a'.repeat(100)}!`);
}

test('endless work is stopped and reported as too-slow', (t) => {
  t.throws(() => withTimeLimit(large, readForever, 200), {
    instanceOf: TooSlowError,
    code: 'too-slow',
    message: 'Reading the item took longer than 0.2 s',
  });
});

test('the next item is read as usual', (t) => {
  const item = Buffer.from(`<listing><id>7</id><text>${'a house '.repeat(10_000)}</text></listing>`);
  const read = () =>
    withTimeLimit(item.length, () => {
      const { element } = parseItem(item);
      const mapping = { itemPath: 'list/listing', fields: { id: 'id', descriptions: 'text' } };
      return generic.map(element, { languages: ['en'], timeZone: 'UTC', surroundings: [], mapping });
    });
  const before = read();
  t.throws(() => withTimeLimit(large, readForever, 100), { code: 'too-slow' });
  t.deepEqual(read(), before);
  t.is(before[0]?.id, '7');
});

test('results and errors of the work are passed on unchanged', (t) => {
  const thrown = new TypeError('of the work');
  t.is(
    t.throws(() =>
      withTimeLimit(large, () => {
        throw thrown;
      }),
    ),
    thrown,
  );
  const given = { a: [1] };
  t.is(
    withTimeLimit(large, () => given),
    given,
  );
});

test('a process that had to wait for the processor is not blamed for it', (t) => {
  let attempts = 0;
  const waitsOnce = () => {
    attempts += 1;
    if (attempts === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    return 'read';
  };
  t.is(withTimeLimit(large, waitsOnce, 100), 'read');
  t.is(attempts, 2);
});

test('a small item is read without a watchdog', (t) => {
  t.regex(withTimeLimit(large - 1, stackHere), /^((?!Script\.runInContext)[^])*$/);
  t.regex(withTimeLimit(large, stackHere), /Script\.runInContext/);
});

function stackHere(): string {
  return new Error('where').stack ?? '';
}
