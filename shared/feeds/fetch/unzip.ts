/** A ZIP's table of contents is at its end: hence the temporary file. */

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { EstioError } from '../../platform/errors.ts';
import { makeScratchFolder } from '../../platform/scratch-folder.ts';
import type { EnclosedPictures } from './enclosed-pictures.ts';

/**
 * Streams the `.xml` file; pictures are taken first.
 *
 * @throws {EstioError} `truncated`, `zip-without-xml`, `zip-with-several`, `corrupt` (also `../x`)
 */
export async function* unzip(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  enclosed?: EnclosedPictures,
): AsyncGenerator<Buffer> {
  const folder = await makeScratchFolder('feed');
  let zip: ZipFile | undefined;
  try {
    const file = join(folder.path, 'feed.zip');
    await pipeline(
      Readable.from(limited(body, maxBytes), { objectMode: true }),
      createWriteStream(file, { mode: 0o600 }),
    );
    zip = await openPromise(file, { autoClose: false, validateEntrySizes: true }).catch(refuse);
    const entries = await entriesOf(zip).catch(refuse);
    const entry = onlyXml(entries);
    if (enclosed) await takePictures(zip, entries, enclosed).catch(refuse);
    const content = await zip.openReadStreamPromise(entry).catch(refuse);
    try {
      for await (const chunk of content) yield chunk as Buffer;
    } catch (error) {
      refuse(error);
    }
  } finally {
    zip?.close();
    await folder.remove();
  }
}

const maxEntries = 100_000;

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (!/(^|\/)(__MACOSX|\._)/.test(entry.fileName)) entries.push(entry);
    if (entries.length > maxEntries)
      throw new EstioError(`The ZIP contains more than ${maxEntries} files`, { code: 'too-many-files' });
  }
  return entries;
}

async function takePictures(zip: ZipFile, entries: readonly Entry[], enclosed: EnclosedPictures): Promise<void> {
  for (const entry of entries)
    await enclosed.take(entry.fileName, entry.uncompressedSize, () => zip.openReadStreamPromise(entry));
}

/** With several, the others' listings would seem removed. */
function onlyXml(entries: readonly Entry[]): Entry {
  const found = entries.filter(({ fileName }) => /\.xml$/i.test(fileName)).slice(0, 4);
  const [only] = found;
  if (only === undefined)
    throw new EstioError(`None of the ${entries.length} files in the ZIP is an .xml file`, {
      code: 'zip-without-xml',
    });
  if (found.length > 1) {
    throw new EstioError(
      'The ZIP contains several .xml files ' +
        `(${found.map(({ fileName }) => fileName.slice(0, 60)).join(', ')}): ask the publisher for one ` +
        'feed per file or address',
      { code: 'zip-with-several' },
    );
  }
  return only;
}

function refuse(error: unknown): never {
  if (error instanceof EstioError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  if (/end of central directory|unexpected end/i.test(reason)) {
    throw new EstioError('The ZIP is incomplete: the download was cut off', {
      code: 'truncated',
      retryable: true,
      cause: error,
    });
  }
  throw new EstioError(`The ZIP is damaged or cannot be accepted: ${reason}`, { code: 'corrupt', cause: error });
}

async function* limited(body: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new EstioError(
        `The ZIP is larger than the allowed ${Math.round(maxBytes / 1024 / 1024)} MB (FEED_MAX_MB)`,
        { code: 'feed-too-large' },
      );
    yield chunk;
  }
}
