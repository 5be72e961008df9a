import { syncBuiltinESMExports } from 'node:module';
import zlib, { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { Types } from 'mongoose';
import { failureValues } from '../../../shared/feeds/feed-record.ts';
import { unpack, type UnpackOptions } from '../../../shared/feeds/fetch/unpack.ts';
import { EstioError } from '../../../shared/platform/errors.ts';
import { zipOf } from '../../doubles/zip.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpacked(bytes: Buffer, options: Partial<UnpackOptions> = {}, size = 100): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of unpack(chunked(bytes, size), { maxBytes: 1_000_000_000, ...options })) parts.push(part);
  return Buffer.concat(parts).toString();
}

const feed = `<root>${'<property><id>1</id></property>'.repeat(500)}</root>`;

test('gzip and ZIP are known by their first bytes, the rest by its header', async (t) => {
  for (const size of [1, 3, 1000, 1 << 20]) {
    t.is(await unpacked(gzipSync(feed), {}, size), feed);
    t.is(await unpacked(zipOf({ 'bilder/1.jpg': 'x', 'feed.XML': feed, 'other.xsd': '<other/>' }), {}, size), feed);
  }
  t.is(
    await unpacked(gzipSync(gzipSync(feed)), { contentEncoding: 'gzip' }),
    feed,
    'a .gz file that the server packs once more',
  );
  t.is(await unpacked(brotliCompressSync(feed), { contentEncoding: 'br' }), feed);
  t.is(await unpacked(deflateSync(feed), { contentEncoding: 'deflate' }), feed);
  t.is(await unpacked(zstdCompressSync(feed), { contentEncoding: 'zstd' }), feed);
  t.is(await unpacked(Buffer.from(feed)), feed);
  t.is(await unpacked(Buffer.from('')), '');
  await t.throwsAsync(unpacked(Buffer.from(feed), { contentEncoding: 'compress' }), { code: 'unknown-encoding' });
});

test('a packed body that was cut is truncated wherever the cut is', async (t) => {
  const gzip = gzipSync(feed);
  for (const length of [12, 40, gzip.length >> 1, gzip.length - 9, gzip.length - 1]) {
    await t.throwsAsync(unpacked(gzip.subarray(0, length)), { code: 'truncated' }, String(length));
  }
  const zip = zipOf({ 'feed.xml': feed });
  for (const length of [40, zip.length >> 1, zip.length - 30])
    await t.throwsAsync(unpacked(zip.subarray(0, length)), { code: 'truncated' }, String(length));
});

test('damaged packing is distinguished from a cut one', async (t) => {
  const gzip = gzipSync(feed);
  gzip.fill(0xff, 20, 60);
  await t.throwsAsync(unpacked(gzip), { code: 'corrupt' });
});

test('a ZIP without XML or with paths that lead out of it is refused', async (t) => {
  await t.throwsAsync(unpacked(zipOf({ 'a.txt': 'x' })), { code: 'zip-without-xml' });
  await t.throwsAsync(unpacked(zipOf({ 'sale.xml': '<a/>', 'rent.xml': '<a/>' })), {
    code: 'zip-with-several',
    message: /several \.xml files \(sale\.xml, rent\.xml\)/,
  });
  await t.throwsAsync(unpacked(zipOf({ '../../etc/feed.xml': feed })), { code: 'corrupt' });
  for (const code of ['zip-without-xml', 'zip-with-several', 'unknown-encoding', 'corrupt']) {
    t.regex(
      failureValues(
        { _id: new Types.ObjectId() },
        { error: new EstioError('Expected something else', { code }), address: 'https://feeds.example', holds: {} },
      ).lastError as string,
      /^The(?:re)? .*\. \[https/,
      `${code} is said in words`,
    );
  }
});

test('unpacked size and ratio are capped', async (t) => {
  await t.throwsAsync(unpacked(gzipSync(feed), { maxBytes: 1000 }), { code: 'feed-too-large' });
  await t.throwsAsync(unpacked(gzipSync(Buffer.alloc(80 * 1024 * 1024)), {}, 1 << 20), { code: 'decompression-bomb' });
});

test('an error of the body is passed on unchanged', async (t) => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield gzipSync(feed).subarray(0, 50);
    throw new RangeError('the connection broke');
  }
  await t.throwsAsync(
    async () => {
      for await (const _ of unpack(failing(), { maxBytes: 1000 }));
    },
    { instanceOf: RangeError },
  );
});

test.serial('a Node without zstd says so', async (t) => {
  const { createZstdDecompress } = zlib;
  const set = (value: typeof createZstdDecompress | undefined) => {
    Object.defineProperty(zlib, 'createZstdDecompress', { value });
    syncBuiltinESMExports();
  };
  set(undefined);
  t.teardown(() => set(createZstdDecompress));
  await t.throwsAsync(unpacked(zstdCompressSync(feed), { contentEncoding: 'zstd' }), {
    code: 'unknown-encoding',
    message: /with zstd, which Node v\S+ cannot read: use Node 22\.15 or newer/,
  });
});
