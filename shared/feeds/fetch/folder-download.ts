/** Files are remembered, never moved. */

import { EstioError } from '../../platform/errors.ts';
import { DownloadError, describeNetworkError } from './download-error.ts';
import { leftMs, type Download, type DownloadOptions, type DownloadRequest, type FeedBody } from './download.ts';
import { feedProtocols, readFeedUrl } from './feed-address.ts';
import { maskUrl } from '../../platform/mask-url.ts';
import { placeOf, type FeedFolder, type FolderLogin } from './feed-folder.ts';
import { feedFiles, fileKey, waitingFiles, type FolderFile } from './folder-files.ts';
import { openFtpsFolder } from './ftps-folder.ts';
import { openLocalFolder } from './local-folder.ts';
import { openSftpFolder } from './sftp-folder.ts';
import { unpack } from './unpack.ts';

export interface FolderOptions extends DownloadOptions {
  /** FEED_FOLDERS. */
  readonly folders: readonly string[];
  readonly processed?: readonly string[];
  readonly hostKey?: string | undefined;
  readonly ca?: string | undefined;
  readonly isDelta?: (body: FeedBody) => Promise<boolean>;
  readonly maxFiles?: number;
}

/** The feed's record keeps their names. */
const usualMaxFiles = 10_000;

export function isFolderUrl(url: string): boolean {
  return /^(?:file|sftp|ftps):/i.test(url);
}

/** @throws {DownloadError} with the failure's code */
export async function folderDownload<T>(
  wanted: DownloadRequest & FolderLogin,
  options: FolderOptions,
  read: (download: Download) => Promise<T>,
): Promise<T> {
  const { url, username, password } = readFeedUrl(wanted.url, feedProtocols);
  const login = { username, password, ...wanted };
  const { folder: path, pattern } = placeOf(decodeURIComponent(url.pathname));
  const overall = AbortSignal.timeout(leftMs(options));
  const signal = options.signal ? AbortSignal.any([options.signal, overall]) : overall;
  let hostKey: string | undefined;
  let isReading = false;
  const given = { ...options, signal };
  const folder = await open(url, path, login, given, (key) => (hostKey = key)).catch((error: unknown) => {
    throw describeNetworkError(error, url, false);
  });
  try {
    const files = feedFiles(await folder.list(), pattern);
    checkCount(files.length, wanted.url, options);
    const { unread, lastRead } = waitingFiles(files, options.processed ?? []);
    const isTrusted = wanted.etag !== undefined && wanted.etag === (lastRead && fileKey(lastRead));
    if (unread.length === 0 && isTrusted) return await read({ kind: 'not-modified' });
    const inTurn = unread.length > 0 ? unread : lastRead ? [lastRead] : [];
    const context = { folder, url, options: given };
    const next = await firstOf(inTurn, context);
    if (next === undefined)
      throw new DownloadError('gone', `${maskUrl(wanted.url)} contains no feed file`, { retryable: true });
    const behind = inTurn.slice(inTurn.indexOf(next) + 1);
    const waiting = new Set(behind.map(fileKey));
    const processed = files.map(fileKey).filter((key) => !waiting.has(key));
    const state = { processed, hasMore: behind.length > 0, hostKey };
    isReading = true;
    return await read({ ...bodyOf(next, context), folder: state });
  } catch (error) {
    if (overall.aborted && !options.signal?.aborted)
      throw new DownloadError('timeout', 'The feed took longer than allowed (FEED_TIMEOUT)', { retryable: true });
    throw isReading ? error : describeNetworkError(error, url, false);
  } finally {
    await folder.close();
  }
}

function checkCount(files: number, url: string, { maxFiles = usualMaxFiles }: FolderOptions): void {
  if (files <= maxFiles) return;
  throw new EstioError(
    `${maskUrl(url)} contains ${files} feed files, at most ${maxFiles} are allowed: move those that were ` +
      'already read to another folder',
    { code: 'too-many-files' },
  );
}

async function open(
  url: URL,
  path: string,
  login: FolderLogin,
  options: FolderOptions,
  onHostKey: (fingerprint: string) => void,
): Promise<FeedFolder> {
  const { allowPrivate, lookup, signal, hostKey, ca, idleTimeoutMs: timeoutMs } = options;
  const connection = { timeoutMs, allowPrivate, lookup, signal };
  if (url.protocol === 'sftp:') return openSftpFolder(url, path, login, { ...connection, hostKey, onHostKey });
  if (url.protocol === 'ftps:') return openFtpsFolder(url, path, login, { ...connection, ca });
  return openLocalFolder(path, options.folders);
}

interface Context {
  readonly folder: FeedFolder;
  readonly url: URL;
  readonly options: FolderOptions;
}

/** The newest full list, else the oldest changes. Without `isDelta`, files may be changes. */
async function firstOf(files: readonly FolderFile[], context: Context): Promise<FolderFile | undefined> {
  const { isDelta } = context.options;
  if (files.length <= 1 || !isDelta) return files[0];
  for (const file of files.toReversed()) {
    // Unreadable: its turn will say why.
    const { enclosed: _, ...options } = context.options;
    const isChanges = await isDelta(bodyOf(file, { ...context, options })).catch(() => true);
    if (!isChanges) return file;
  }
  return files[0];
}

function bodyOf(file: FolderFile, context: Context): FeedBody {
  const { url, options } = context;
  const progress = { received: 0, total: file.size };
  return {
    kind: 'body',
    bytes: unpack(whole(file, context, progress), { maxBytes: options.maxBytes, enclosed: options.enclosed }),
    etag: fileKey(file),
    lastModified: undefined,
    charset: undefined,
    url: new URL(encodeURIComponent(file.name), new URL('.', url)).href,
    nextUrl: undefined,
    progress,
  };
}

async function* whole(
  file: FolderFile,
  { folder, url, options: { maxBytes, signal } }: Context,
  progress: { received: number },
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of folder.read(file.name)) {
      signal?.throwIfAborted();
      progress.received += chunk.length;
      if (progress.received > maxBytes)
        throw new EstioError(
          `The feed is larger than the allowed ${Math.round(maxBytes / 1024 / 1024)} MB (FEED_MAX_MB)`,
          {
            code: 'feed-too-large',
          },
        );
      yield chunk;
    }
  } catch (error) {
    throw describeNetworkError(error, url, true);
  }
  const now = (await folder.list()).find(({ name }) => name === file.name);
  const isSame = now !== undefined && fileKey(now) === fileKey(file) && progress.received === file.size;
  if (!isSame)
    throw new DownloadError('truncated', `${file.name} changed while it was read`, {
      retryable: true,
    });
}
