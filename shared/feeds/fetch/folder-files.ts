/**
 * Which of the files in a folder come next. A sender puts a file there for each transfer: of full lists only the newest
 * counts, of changes each, in their order. Pure.
 */

/** A file in a folder that feeds are sent to. */
export interface FolderFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** ms since the epoch; 0 where the server does not say. */
  readonly modifiedAt: number;
}

/** Names that senders give to what is still being written, and what is no feed. */
const unfinished = /^\.|~$|\.(?:tmp|temp|part|partial|filepart|crdownload|upload|uploading|writing|lock|bak)$/i;
const feedFile = /\.(?:xml|zip|gz|xml\.\w+)$/i;

/** What a file is known by: sent again under its name with another content it is another one. */
export function fileKey({ name, size, modifiedAt }: FolderFile): string {
  return `${name}|${size}|${modifiedAt}`;
}

/**
 * The files of a folder that are feeds, the oldest first; of one time by their names, in which numbers count as such.
 *
 * @param pattern a file name with `*`; `''`: all that look like a feed
 */
export function feedFiles(files: readonly FolderFile[], pattern = ''): FolderFile[] {
  const named = pattern === '' ? feedFile : patternOf(pattern);
  return files
    .filter(({ name, size }) => size > 0 && !unfinished.test(name) && named.test(name))
    .toSorted((one, other) => one.modifiedAt - other.modifiedAt || byName.compare(one.name, other.name));
}

const byName = new Intl.Collator('en', { numeric: true });

function patternOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`, 'i');
}

/** How a folder stands. */
export interface Waiting {
  /** Files that were not read, the oldest first. */
  readonly unread: readonly FolderFile[];
  /** The newest that was read, if it is still there. */
  readonly lastRead: FolderFile | undefined;
}

/** @param processed keys of files that were read; what came late with an older date is still unread */
export function waitingFiles(files: readonly FolderFile[], processed: readonly string[]): Waiting {
  const read = new Set(processed);
  return {
    unread: files.filter((file) => !read.has(fileKey(file))),
    lastRead: files.findLast((file) => read.has(fileKey(file))),
  };
}
