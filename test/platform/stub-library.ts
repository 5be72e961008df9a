import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { sqliteStub } from '../../shared/platform/chromium-libraries.ts';
import { stubLibrary } from '../../shared/platform/stub-library.ts';

test('the dynamic loader takes a library that was written', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-stub-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'libsqlite3.so.0');
  const load = () => process.dlopen({ exports: {} }, file);
  await writeFile(file, sqliteStub().subarray(0, 200));
  t.throws(load, { message: /file too short|invalid|cannot read/ });
  await writeFile(file, sqliteStub());
  // Node loaded it and found no module.
  t.throws(load, { message: /did not self-register/ });
});

test('names that need more than a page are refused', (t) => {
  const many = Array.from({ length: 200 }, (_, index) => `function_with_a_long_name_${index}`);
  t.throws(() => stubLibrary('libmany.so', { one: many, zero: [], variables: [] }), { instanceOf: RangeError });
});
