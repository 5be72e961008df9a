import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import mongoose from 'mongoose';
import { acquireEmbeddedMongodb } from '../../../adapter/embedded-mongodb/acquire-engine.ts';
import { engineFiles } from '../../../adapter/embedded-mongodb/engine-files.ts';
import { enginePid, holdEngine, processGone, temporaryDataDir } from '../../doubles/engine-holder.ts';

const connect = async (t: ExecutionContext, uri: string) => {
  const connection = await mongoose
    .createConnection(uri, { dbName: 'estio', serverSelectionTimeoutMS: 20_000 })
    .asPromise();
  t.teardown(() => connection.close());
  return connection;
};
const things = (connection: mongoose.Connection) => connection.collection<{ _id: number }>('things');
const threeWaysOut = /set MONGODB_URI[^]*docker run[^]*glibc 2\.38/;

test('processes that start at once share one engine, and the last to leave ends it', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const holders = await Promise.all(Array.from({ length: 5 }, () => holdEngine(t, dataDir)));
  t.is(holders.filter(({ owned }) => owned).length, 1);
  t.is(new Set(holders.map(({ uri }) => uri)).size, 1);
  const pid = (await enginePid(dataDir))!;
  for (const holder of holders) {
    t.is(await enginePid(dataDir), pid);
    await holder.release();
  }
  await processGone(pid);
  t.deepEqual((await readdir(join(dataDir, 'mongodb'))).toSorted(), ['data', 'engine.log']);
  t.is(await readFile(join(dataDir, 'mongodb/engine.log'), 'utf8'), '');
});

test('a killed engine is started again at its address with every acknowledged write', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const holder = await holdEngine(t, dataDir);
  const connection = await connect(t, holder.uri);
  const acknowledged: number[] = [];
  for (let round = 0, id = 0; round < 3; round++) {
    const killed = (await enginePid(dataDir))!;
    const ended = holder.next(/ended unexpectedly/);
    for (const stopAt = id + 50; id < stopAt; id++) {
      if (id === stopAt - 10) process.kill(killed, 'SIGKILL');
      await things(connection)
        .insertOne({ _id: id })
        .then(
          () => acknowledged.push(id),
          () => undefined,
        );
    }
    t.like(await ended, { pid: killed, reason: 'killed by SIGKILL' });
    await holder.next(/runs again/);
  }
  t.true(acknowledged.length > 100);
  const kept = new Set((await things(connection).find().toArray()).map(({ _id }) => _id));
  t.deepEqual(
    acknowledged.filter((id) => !kept.has(id)),
    [],
  );
  await connection.close();
  await holder.release();
  t.deepEqual((await readdir(join(dataDir, 'mongodb'))).toSorted(), ['data', 'engine.log']);
});

test('an engine ends when its only user is killed', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const holder = await holdEngine(t, dataDir);
  const pid = (await enginePid(dataDir))!;
  await holder.kill();
  await processGone(pid);
  t.deepEqual((await readdir(join(dataDir, 'mongodb'))).toSorted(), ['data', 'engine.log']);
});

test('a second user is not cut off when the process that started the engine is killed', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const owner = await holdEngine(t, dataDir);
  const pid = (await enginePid(dataDir))!;
  const second = await acquireEmbeddedMongodb({ dataDir });
  t.false(second.owned);
  const connection = await connect(t, second.uri);
  await owner.kill();
  await things(connection).insertOne({ _id: 1 });
  const third = await holdEngine(t, dataDir);
  t.false(third.owned);
  t.is(await enginePid(dataDir), pid);
  await third.release();
  t.is(await things(connection).countDocuments(), 1);
  await connection.close();
  await second.release();
  await processGone(pid);
});

test('a signal does not end an engine that is in use', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const engine = await acquireEmbeddedMongodb({ dataDir });
  t.true(engine.owned);
  process.kill((await enginePid(dataDir))!, 'SIGTERM');
  const connection = await connect(t, engine.uri);
  await things(connection).insertOne({ _id: 1 });
  t.is(await things(connection).countDocuments(), 1);
  await connection.close();
  await engine.release();
});

test('what a killed engine left behind does not keep the next one from starting', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const holder = await holdEngine(t, dataDir);
  const pid = (await enginePid(dataDir))!;
  process.kill(holder.pid, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  await processGone(pid);
  await holder.kill();
  t.true((await readdir(join(dataDir, 'mongodb'))).includes('mongodb.sock'));
  await mkdir(join(dataDir, 'mongodb/embedded-mongodb-abcdef'));
  const next = await holdEngine(t, dataDir);
  t.true(next.owned);
  await next.release();
  t.deepEqual((await readdir(join(dataDir, 'mongodb'))).toSorted(), ['data', 'engine.log']);
});

for (const [kind, content] of [
  ['empty', ''],
  ['no JSON', '{"pid": 1'],
  ['of another shape', '[]'],
  ['about a process that is no engine', JSON.stringify({ pid: process.pid, data: '/', socketFolder: '/tmp' })],
] as const) {
  test(`an address file that is ${kind} is replaced`, async (t) => {
    const dataDir = await temporaryDataDir(t);
    await mkdir(join(dataDir, 'mongodb'), { recursive: true });
    await writeFile(join(dataDir, 'mongodb/engine.json'), content);
    const engine = await acquireEmbeddedMongodb({ dataDir });
    t.true(engine.owned);
    t.not(await enginePid(dataDir), process.pid);
    await engine.release();
  });
}

test('a copy of a running data directory gets an engine of its own', async (t) => {
  const original = await temporaryDataDir(t);
  const copy = await temporaryDataDir(t);
  const first = await acquireEmbeddedMongodb({ dataDir: original });
  await mkdir(join(copy, 'mongodb'), { recursive: true });
  await cp(join(original, 'mongodb/engine.json'), join(copy, 'mongodb/engine.json'));
  const second = await acquireEmbeddedMongodb({ dataDir: copy });
  t.true(second.owned);
  t.not(second.uri, first.uri);
  await second.release();
  const connection = await connect(t, first.uri);
  await t.notThrowsAsync(things(connection).countDocuments());
  await connection.close();
  await first.release();
});

test('a data directory with a path that is too long for a socket works', async (t) => {
  const dataDir = await temporaryDataDir(t, 'a folder with ümlauts'.repeat(3), 'deep/'.repeat(10));
  const { socketFolder } = engineFiles(dataDir);
  const holder = await holdEngine(t, dataDir);
  t.true(decodeURIComponent(holder.uri).includes(socketFolder));
  await things(await connect(t, holder.uri)).insertOne({ _id: 1 });
  await holder.release();
  await t.throwsAsync(readdir(socketFolder), { code: 'ENOENT' });
});

test('another process that holds the data and does not answer is an error with the ways out', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const engine = await acquireEmbeddedMongodb({ dataDir });
  const { address } = engineFiles(dataDir);
  const written = await readFile(address, 'utf8');
  await writeFile(address, '');
  const error = await t.throwsAsync(acquireEmbeddedMongodb({ dataDir, occupiedTimeoutMs: 0 }), {
    code: 'embedded-mongodb',
    message: /does not answer/,
  });
  t.regex(error!.message, threeWaysOut);
  await writeFile(address, written);
  await engine.release();
});

test('a folder that cannot be written to is an error with the ways out', async (t) => {
  const dataDir = await temporaryDataDir(t);
  await writeFile(join(dataDir, 'file'), '');
  const error = await t.throwsAsync(acquireEmbeddedMongodb({ dataDir: join(dataDir, 'file') }), {
    code: 'embedded-mongodb',
    message: /cannot be written to/,
  });
  t.regex(error!.message, threeWaysOut);
});

test('data that is damaged is an error that names it', async (t) => {
  const dataDir = await temporaryDataDir(t);
  await (await acquireEmbeddedMongodb({ dataDir })).release();
  const { data } = engineFiles(dataDir);
  await writeFile(join(data, 'WiredTiger.turtle'), 'rubbish');
  await writeFile(join(data, 'WiredTiger.wt'), 'rubbish');
  const error = await t.throwsAsync(acquireEmbeddedMongodb({ dataDir }), {
    code: 'embedded-mongodb',
    message: /the engine ended while it opened .*mongodb.data, which may be damaged/,
  });
  t.regex(error!.message, threeWaysOut);
});

test('waiting ends when it is aborted', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const reason = new Error('shutting down');
  await t.throwsAsync(acquireEmbeddedMongodb({ dataDir, signal: AbortSignal.abort(reason) }), { is: reason });
  const controller = new AbortController();
  const acquiring = acquireEmbeddedMongodb({ dataDir, signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await t.throwsAsync(acquiring, { is: reason });
  t.is(await enginePid(dataDir), undefined);
});
