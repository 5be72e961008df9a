import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {
  databaseSocket,
  engineFiles,
  engineUri,
  makeEngineFolders,
  ownEngineAddress,
  readEngineAddress,
  removeEngineAddress,
  writeEngineAddress,
} from '../../../adapter/embedded-mongodb/engine-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'estio-files-'));
test.after.always(() => rmSync(folder, { recursive: true }));

test('sockets lie alongside the data when the path is short', (t) => {
  t.is(engineFiles('/srv/estio/.data', '/tmp').socketFolder, '/srv/estio/.data/mongodb');
});

test("a socket's path fits the system's limit for every data directory", (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (home, temporary) => {
      const { socketFolder } = engineFiles(`/${home}`, `/${temporary}`);
      t.true(Buffer.byteLength(join(socketFolder, 'embedded-mongodb-XXXXXX/mongodb.sock')) <= 103);
    }),
  );
});

test('two long paths have two socket folders', (t) => {
  const long = '/'.padEnd(150, 'x');
  const folderOf = (dataDir: string) => engineFiles(dataDir, '/tmp').socketFolder;
  t.not(folderOf(`${long}a`), folderOf(`${long}b`));
  t.is(folderOf(long), folderOf(long));
});

test("the driver can read the engine's address", (t) => {
  const socketFolder = '/srv/a b/ü%2F';
  const { host, searchParams } = new URL(
    engineUri(socketFolder)
      .replace('mongodb:', 'http:')
      .replace(/\/\/[^/?]+/, (authority) => `//x/${authority.slice(2)}`),
  );
  t.is(host, 'x');
  t.is(searchParams.get('journal'), 'true');
  t.true(engineUri(socketFolder).includes(encodeURIComponent(databaseSocket(socketFolder))));
});

test('an address is read back through another spelling of the same folder', async (t) => {
  const files = engineFiles(join(folder, 'one'));
  await makeEngineFolders(files);
  const address = ownEngineAddress(files);
  writeEngineAddress(files, address);
  symlinkSync(join(folder, 'one'), join(folder, 'link'));
  t.deepEqual(readEngineAddress(engineFiles(join(folder, 'link'))), address);
});

test("removing an address touches nothing but the engine's own files", async (t) => {
  const files = engineFiles(join(folder, 'two'));
  await makeEngineFolders(files);
  const foreign = join(folder, 'foreign');
  mkdirSync(foreign);
  for (const name of ['mongodb.sock', 'lease.sock', 'letter.txt']) writeFileSync(join(foreign, name), '');
  writeEngineAddress(files, { ...ownEngineAddress(files), data: '/another', socketFolder: foreign });
  removeEngineAddress(files);
  t.is(readdirSync(foreign).length, 3);
  writeEngineAddress(files, { ...ownEngineAddress(files), socketFolder: foreign });
  removeEngineAddress(files);
  t.deepEqual(readdirSync(foreign), ['letter.txt']);
  t.deepEqual(readdirSync(files.home), ['data']);
});
