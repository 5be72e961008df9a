/** gzip and ZIP also by first bytes, because servers send them under any name. */

import { Readable, pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { EstioError, isAbort } from '../../platform/errors.ts';
import type { EnclosedPictures } from './enclosed-pictures.ts';
import { unzip } from './unzip.ts';

export interface UnpackOptions {
  readonly contentEncoding?: string | undefined;
  /** Unpacked bytes. */
  readonly maxBytes: number;
  readonly enclosed?: EnclosedPictures | undefined;
}

/** From here on, `maxRatio` applies. */
const ratioFrom = 64 * 1024 * 1024;
const maxRatio = 400;

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: zlib.createGunzip,
  'x-gzip': zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  zstd: unpackZstd,
};

/** Node before 22.15 (hosted platforms) lacks zstd. We never ask for it. */
function unpackZstd(): Transform {
  const decoder = zlib.createZstdDecompress?.();
  if (decoder) return decoder;
  throw new EstioError(
    `The server compresses the feed with zstd, which Node ${process.version} cannot read: use Node 22.15 or ` +
      'newer, or ask the publisher for gzip',
    { code: 'unknown-encoding' },
  );
}

/** @throws {EstioError} `truncated`, `corrupt`, `unknown-encoding`, `feed-too-large`, `decompression-bomb` */
export async function* unpack(body: AsyncIterable<Buffer>, options: UnpackOptions): AsyncGenerator<Buffer> {
  const packed = { bytes: 0 };
  let stream: AsyncIterable<Buffer> = counted(body, packed);
  for (const coding of codings(options.contentEncoding)) {
    const decoder = decoders[coding];
    if (!decoder)
      throw new EstioError(
        `The server compresses the feed with ${coding}, expected one of ${Object.keys(decoders).join(', ')}`,
        { code: 'unknown-encoding' },
      );
    stream = through(stream, decoder());
  }
  let unpacked = 0;
  for await (const chunk of byMagic(stream, options)) {
    unpacked += chunk.length;
    if (unpacked > options.maxBytes) {
      throw new EstioError(
        `The unpacked feed is larger than the allowed ${megabytes(options.maxBytes)} MB (FEED_MAX_MB)`,
        { code: 'feed-too-large' },
      );
    }
    if (unpacked > ratioFrom && unpacked > maxRatio * packed.bytes) {
      throw new EstioError(
        `The feed grows more than ${maxRatio} times when unpacked, and was refused as a decompression bomb`,
        { code: 'decompression-bomb' },
      );
    }
    yield chunk;
  }
}

/** Outermost first. */
function codings(header: string | undefined): string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
}

async function* byMagic(stream: AsyncIterable<Buffer>, options: UnpackOptions): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 4) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const whole = rejoin(head, chunks);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* byMagic(through(whole, zlib.createGunzip()), options);
  else if (head.length >= 4 && head.readUInt32BE(0) === 0x504b0304)
    yield* unzip(whole, options.maxBytes, options.enclosed);
  else yield* whole;
}

async function* rejoin(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* counted(body: AsyncIterable<Buffer>, count: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    count.bytes += chunk.length;
    yield chunk;
  }
}

async function* through(source: AsyncIterable<Buffer>, decoder: Transform): AsyncGenerator<Buffer> {
  let failure: unknown;
  pipeline(Readable.from(source, { objectMode: true }), decoder, (error) => {
    failure = error;
  });
  try {
    for await (const chunk of decoder) yield chunk as Buffer;
  } catch (error) {
    throw describe(failure ?? error);
  } finally {
    decoder.destroy();
  }
}

function describe(error: unknown): unknown {
  if (error instanceof EstioError || isAbort(error) || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/unexpected end/i.test(error.message) || code === 'Z_BUF_ERROR') {
    return new EstioError('The compressed feed is incomplete: the download was cut off', {
      code: 'truncated',
      retryable: true,
      cause: error,
    });
  }
  if (/^(Z_|ERR_|ZSTD)/.test(code)) {
    return new EstioError(`The compressed feed is damaged: ${error.message}`, {
      code: 'corrupt',
      retryable: true,
      cause: error,
    });
  }
  return error;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
