import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Download } from '../../../shared/feeds/fetch/download.ts';
import { folderDownload, type FolderOptions } from '../../../shared/feeds/fetch/folder-download.ts';
import { startFtpsServer, testCertificate } from '../../doubles/ftps-server.ts';
import { startSftpServer } from '../../doubles/sftp-server.ts';

const options: FolderOptions = {
  maxBytes: 1024 * 1024,
  timeoutMs: 60_000,
  idleTimeoutMs: 30_000,
  now: () => new Date(),
  allowPrivate: true,
  folders: [],
};
const login = { user: 'agency', password: 'pass word', folder: '/in/' };

interface Given {
  readonly text?: string;
  readonly etag?: string | undefined;
  readonly processed?: readonly string[];
  readonly hasMore?: boolean;
  readonly hostKey?: string | undefined;
}

async function given(answer: Download): Promise<Given> {
  if (answer.kind === 'not-modified') return {};
  const chunks: Buffer[] = [];
  for await (const chunk of answer.bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), etag: answer.etag, ...answer.folder };
}

function fetchFrom(url: string, more: Partial<FolderOptions> = {}, etag?: string): Promise<Given> {
  return folderDownload({ url, ...(etag === undefined ? {} : { etag }) }, { ...options, ...more }, given);
}

async function localFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-folder-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

async function put(folder: string, name: string, text: string, second: number): Promise<void> {
  await writeFile(join(folder, name), text);
  await utimes(join(folder, name), second, second);
}

const urlOf = (folder: string): string => `${pathToFileURL(folder).href}/`;

test('of full lists the newest is given, and the others count as read; nothing new is not given again', async (t) => {
  const folder = await localFolder(t);
  await put(folder, 'a.xml', '<a/>', 1);
  await put(folder, 'b.xml', '<b/>', 2);
  const settings = { folders: [folder], isDelta: () => Promise.resolve(false) };
  const newest = await fetchFrom(urlOf(folder), settings);
  t.like(newest, { text: '<b/>', hasMore: false });
  t.is(newest.processed?.length, 2);
  const { processed = [], etag } = newest;
  t.deepEqual(await fetchFrom(urlOf(folder), { ...settings, processed }, etag), {});
  t.is((await fetchFrom(urlOf(folder), { ...settings, processed })).text, '<b/>', 'read again when asked for');
  await put(folder, 'c.xml', '<c/>', 3);
  t.is((await fetchFrom(urlOf(folder), { ...settings, processed }, etag)).text, '<c/>');
});

test('a folder of too many files is refused: their names could not all be remembered', async (t) => {
  const folder = await localFolder(t);
  for (const name of ['a.xml', 'b.xml', 'c.xml']) await put(folder, name, '<a/>', 1);
  await t.throwsAsync(fetchFrom(urlOf(folder), { folders: [folder], maxFiles: 2 }), {
    code: 'too-many-files',
    message: / contains 3 feed files, at most 2 are allowed: move those that were already read to another folder/,
  });
});

test('changes are given one by one, from behind the newest full list on', async (t) => {
  const folder = await localFolder(t);
  for (const [at, name] of ['old', 'full', 'one', 'two'].entries())
    await put(folder, `${at}.xml`, `<${name}/>`, at + 1);
  const isDelta: FolderOptions['isDelta'] = async (body) => (await given(body)).text !== '<full/>';
  let processed: readonly string[] = [];
  const read: (string | undefined)[] = [];
  for (let more: boolean | undefined = true; more;) {
    const next = await fetchFrom(urlOf(folder), { folders: [folder], isDelta, processed });
    read.push(next.text);
    processed = next.processed ?? [];
    more = next.hasMore;
  }
  t.deepEqual(read, ['<full/>', '<one/>', '<two/>']);
  await put(folder, 'late.xml', '<late/>', 2);
  t.is((await fetchFrom(urlOf(folder), { folders: [folder], isDelta, processed })).text, '<late/>');
});

test('a file that changes while it is read is cut', async (t) => {
  const folder = await localFolder(t);
  await put(folder, 'a.xml', '<a/>', 1);
  const reading = folderDownload({ url: urlOf(folder) }, { ...options, folders: [folder] }, async (answer) => {
    if (answer.kind !== 'body') return;
    for await (const _ of answer.bytes) await put(folder, 'a.xml', '<a><b/></a>', 2);
  });
  await t.throwsAsync(reading, { code: 'truncated' });
});

test('only folders that are allowed are read, and no link leads out of them', async (t) => {
  const folder = await localFolder(t);
  const outside = await localFolder(t);
  await put(outside, 'secret.xml', '<secret/>', 1);
  await mkdir(join(folder, 'in'));
  await put(join(folder, 'in'), 'a.xml', '<a/>', 1);
  await symlink(outside, join(folder, 'link'));
  await symlink(join(outside, 'secret.xml'), join(folder, 'in', 'z.xml'));
  const allowed = { folders: [folder] };
  t.is(
    (await fetchFrom(urlOf(join(folder, 'in')), { ...allowed, isDelta: () => Promise.resolve(false) })).text,
    '<a/>',
  );
  for (const url of [urlOf(outside), urlOf(join(folder, 'link')), `${urlOf(folder)}..%2f..%2f`, 'file:///etc/passwd'])
    await t.throwsAsync(fetchFrom(url, allowed), { code: 'folder-not-allowed' }, url);
  await t.throwsAsync(fetchFrom(`${urlOf(join(folder, 'in'))}z.xml`, allowed), { code: 'gone' });
  await t.throwsAsync(fetchFrom(urlOf(join(folder, 'none')), allowed), { code: 'gone' });
  await t.throwsAsync(fetchFrom(urlOf(folder), {}), { code: 'folder-not-allowed' });
});

test('SFTP: the file of a folder is read, by the login of its address', async (t) => {
  const server = await startSftpServer(login);
  t.teardown(() => server.close());
  const text = `<feed>${'x'.repeat(300_000)}</feed>`;
  server.files.set('feed.xml', { bytes: Buffer.from(text), modifiedAt: new Date(5000) });
  server.files.set('feed.xml.part', { bytes: Buffer.from('<'), modifiedAt: new Date(9000) });
  const url = (password: string) => `sftp://agency:${password}@127.0.0.1:${server.port}/in/`;
  t.like(await fetchFrom(url('pass%20word')), { text, hostKey: server.fingerprint });
  t.is((await fetchFrom(url('pass%20word'), { hostKey: server.fingerprint })).text, text);
  const refused = await t.throwsAsync(fetchFrom(url('wrong')), { code: 'unauthorized' });
  t.notRegex(String(refused?.message), /wrong(?!\.)\W|pass/);
  await t.throwsAsync(fetchFrom(url('pass%20word').replace('/in/', '/out/')), { code: 'gone' });
});

test('SFTP: a server with another key gets no password, and one that is not public no connection', async (t) => {
  const server = await startSftpServer(login);
  t.teardown(() => server.close());
  const url = `sftp://agency:pass%20word@127.0.0.1:${server.port}/in/`;
  await t.throwsAsync(fetchFrom(url, { hostKey: 'SHA256:another' }), { code: 'host-key-changed' });
  await t.throwsAsync(fetchFrom(url, { allowPrivate: false }), { code: 'private-address' });
  const lookup: FolderOptions['lookup'] = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
  await t.throwsAsync(fetchFrom(url.replace('127.0.0.1', 'sftp.example'), { allowPrivate: false, lookup }), {
    code: 'private-address',
  });
  t.deepEqual(server.passwords, []);
});

test('FTPS: the file of a folder is read, over TLS only', async (t) => {
  const server = await startFtpsServer(login);
  t.teardown(() => server.close());
  const text = `<feed>${'x'.repeat(300_000)}</feed>`;
  server.files.set('feed.xml', { bytes: Buffer.from(text), modifiedAt: new Date('2024-05-02') });
  const url = (password: string) => `ftps://agency:${password}@127.0.0.1:${server.port}/in/`;
  t.is((await fetchFrom(url('pass%20word'), { ca: testCertificate })).text, text);
  await t.throwsAsync(fetchFrom(url('wrong'), { ca: testCertificate }), { code: 'unauthorized' });
  await t.throwsAsync(fetchFrom(url('pass%20word').replace('/in/', '/out/'), { ca: testCertificate }), {
    code: 'gone',
  });
  const before = server.commands.length;
  await t.throwsAsync(fetchFrom(url('pass%20word')), { code: 'unreachable' }, 'an unsigned certificate');
  await t.throwsAsync(fetchFrom(url('pass%20word'), { ca: testCertificate, allowPrivate: false }), {
    code: 'private-address',
  });
  t.false(server.commands.slice(before).some((command) => command.startsWith('PASS')));
});

test('a folder without a feed, or with one that is too large, says so', async (t) => {
  const folder = await localFolder(t);
  await t.throwsAsync(fetchFrom(urlOf(folder), { folders: [folder] }), { code: 'gone' });
  await put(folder, 'a.xml', 'x'.repeat(2000), 1);
  await t.throwsAsync(fetchFrom(urlOf(folder), { folders: [folder], maxBytes: 1000 }), { code: 'feed-too-large' });
});
