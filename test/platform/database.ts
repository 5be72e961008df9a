import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import mongoose, { Types } from 'mongoose';
import { Property } from '../../shared/models/property.ts';
import { User } from '../../shared/models/user.ts';
import { pingDatabase } from '../../shared/platform/database.ts';
import { databaseHost, describeConnectionError } from '../../shared/platform/database-failure.ts';
import { databaseName, databaseUri, useDatabase } from '../doubles/database.ts';
import { enginePid, holdEngine, temporaryDataDir } from '../doubles/engine-holder.ts';

useDatabase(test);
const root = fileURLToPath(new URL('../..', import.meta.url));

async function runProgram(program: string, ...args: string[]): Promise<Record<string, unknown>> {
  const imports = `
    import mongoose from 'mongoose';
    import { connectDatabase, disconnectDatabase, pingDatabase } from './shared/platform/database.ts';
    import { models } from './shared/models/index.ts';
    const [uri] = process.argv.slice(1);`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', imports + program, ...args],
    { cwd: root },
  );
  return JSON.parse(stdout || JSON.stringify({ stderr })) as Record<string, unknown>;
}

for (const [uri, host] of [
  ['mongodb://db.example:27017/estio', 'db.example:27017'],
  ['mongodb+srv://user:p%40ss@cluster.example.net/estio?retryWrites=true', 'cluster.example.net'],
  ['mongodb://u:p@a:1,b:2/?replicaSet=rs', 'a:1,b:2'],
  ['mongodb://%2Fsrv%2Fmongodb.sock/x', '/srv/mongodb.sock'],
  ['rubbish with secret', 'an address that cannot be read'],
  ['mongodb://u:p@ss@db.example/estio', 'an address that cannot be read'],
  ['mongodb://u:p/ss@db.example/estio', 'an address that cannot be read'],
  ['mongodb://u:p?ss@db.example/estio', 'an address that cannot be read'],
  ['mongodb://%zz/', 'an address that cannot be read'],
] as const) {
  test(`what may be shown of ${uri} is ${host}`, (t) => {
    t.is(databaseHost(uri), host);
  });
}

test('a connection error names the host and a way out and never the password', (t) => {
  const uri = 'mongodb://robot:s3cr%40t@db.example/estio';
  for (const [reason, hint] of [
    ['Authentication failed.', 'check the user name and password'],
    ['getaddrinfo ENOTFOUND db.example', 'check the host name'],
    ['connect ECONNREFUSED 10.0.0.1:27017', 'check that it is running'],
    [`cannot parse ${uri}`, 'check that it is running'],
    ['cannot use mongodb://robot:s3cr@t/robot@other/', 'check that it is running'],
  ] as const) {
    const message = describeConnectionError(uri, new Error(reason));
    t.true(message.includes('db.example') && message.includes(hint), message);
    t.notRegex(message, /s3cr|robot/);
  }
});

test('an address in which the password ends nowhere is not tried: nothing of it is shown or asked for', async (t) => {
  for (const uri of [
    'mongodb://estio:correct@HorseBattery/Staple@127.0.0.1:1/estio',
    'mongodb+srv://estio:correct@HorseBattery/Staple@127.0.0.1/estio',
    'mongodb://estio:correct@HorseBattery?Staple@127.0.0.1:1/estio',
  ]) {
    const result = await runProgram(
      `const error = await connectDatabase({ uri, autoIndex: false, timeoutMs: 500 }).catch((error) => error);
      console.log(JSON.stringify({ code: error.code, message: error.message, cause: String(error.cause) }));`,
      uri,
    );
    t.like(result, { code: 'database', cause: 'undefined' });
    t.regex(String(result['message']), /percent-encoded/);
    t.notRegex(JSON.stringify(result), /horse|staple/i);
  }
});

test('a server that is not there is a clear error within the timeout', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await promisify(server.close.bind(server))();
  const { code, message, again } = await runProgram(
    `const attempt = () =>
      connectDatabase({ uri, autoIndex: false, timeoutMs: 3000 }).catch(({ code, message }) => ({ code, message }));
    const { code, message } = await attempt();
    console.log(JSON.stringify({ code, message, again: (await attempt()).code }));`,
    `mongodb://robot:secret@127.0.0.1:${port}/estio`,
  );
  t.is(code, 'database');
  t.is(again, 'database');
  t.regex(
    String(message),
    new RegExp(`^The database at 127\\.0\\.0\\.1:${port} cannot be used: .*ECONNREFUSED.*MONGODB_URI`),
  );
  t.notRegex(String(message), /secret/);
});

test('it answers while it is connected', async (t) => {
  t.true(await pingDatabase());
  t.deepEqual(await runProgram('console.log(JSON.stringify({ ping: await pingDatabase() }));'), { ping: false });
});

test('a server that has gone, or does not answer, is noticed in the time that is given', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const { before, tookMs, stopped, refused, after } = await runProgram(
    `const { acquireEmbeddedMongodb } = await import('./adapter/embedded-mongodb/acquire-engine.ts');
    const engine = await acquireEmbeddedMongodb({ dataDir: uri });
    await connectDatabase({ uri: engine.uri, autoIndex: false, timeoutMs: 10_000, answerTimeoutMs: 6000 });
    const before = await pingDatabase(30_000);
    const { pid } = JSON.parse(await (await import('node:fs/promises')).readFile(uri + '/mongodb/engine.json', 'utf8'));
    process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    const stopped = await pingDatabase(300);
    const tookMs = performance.now() - began;
    const refused = await mongoose.connection.db.collection('things').insertOne({}).then(() => false, () => true);
    process.kill(pid, 'SIGCONT');
    await engine.release();
    const after = await pingDatabase(300);
    await disconnectDatabase();
    console.log(JSON.stringify({ before, stopped, refused, tookMs, after }));`,
    dataDir,
  );
  t.like({ before, stopped, refused, after }, { before: true, stopped: false, refused: true, after: false });
  t.true((tookMs as number) < 5000, `${String(tookMs)} ms: not the 6 s that an answer may take`);
});

test('a partial unique index lets documents without the field be, and refuses equal values', async (t) => {
  const locationId = new Types.ObjectId();
  const feedId = new Types.ObjectId();
  const property = (slug: string, feedReferenceId?: string) =>
    Property.collection.insertOne({
      locationId,
      slug,
      feedId,
      ...(feedReferenceId === undefined ? {} : { feedReferenceId }),
    } as never);
  await property('a');
  await property('b');
  await property('c', 'REF-1');
  await t.throwsAsync(property('d', 'REF-1'), { code: 11_000 });
});

test('indexes that cannot be built and a connection that is closed in the meantime break nothing', async (t) => {
  const name = databaseName('closed-early');
  const connection = mongoose.connection.useDb(name);
  t.teardown(() => connection.dropDatabase());
  await connection
    .collection(User.collection.name)
    .insertMany([{ email: 'a@example.com' }, { email: 'a@example.com' }]);
  const program = (wait: string) => `
    await connectDatabase({ uri, autoIndex: true });
    ${wait}
    await disconnectDatabase();
    console.log(JSON.stringify({ ended: true }));`;
  t.deepEqual(await runProgram(program(''), databaseUri(name)), { ended: true });
  t.deepEqual(
    await runProgram(program('await Promise.allSettled(models.map((model) => model.init()));'), databaseUri(name)),
    { ended: true },
  );
});

test('a server killed and started again during the work fails what was in flight and nothing else', async (t) => {
  const dataDir = await temporaryDataDir(t);
  const holder = await holdEngine(t, dataDir);
  const connection = await mongoose
    .createConnection(holder.uri, { dbName: 'estio', serverSelectionTimeoutMS: 20_000, bufferCommands: false })
    .asPromise();
  t.teardown(() => connection.close());
  const runs = connection.model('Thing', new mongoose.Schema({ at: Number }), 'things');
  await runs.create({ at: 0 });
  process.kill((await enginePid(dataDir))!, 'SIGKILL');
  const during = await Promise.allSettled(Array.from({ length: 5 }, (_, at) => runs.create({ at })));
  await holder.next(/runs again/);
  await t.notThrowsAsync(runs.create({ at: 6 }));
  t.is(await runs.countDocuments(), 2 + during.filter(({ status }) => status === 'fulfilled').length);
  await connection.close();
  await holder.release();
});
