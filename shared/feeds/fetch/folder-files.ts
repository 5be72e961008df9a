export interface FolderFile {
  readonly name: string;
  readonly size: number;
  /** ms since the epoch; 0 if unknown. */
  readonly modifiedAt: number;
}

const unfinished = /^\.|~$|\.(?:tmp|temp|part|partial|filepart|crdownload|upload|uploading|writing|lock|bak)$/i;
const feedFile = /\.(?:xml|zip|gz|xml\.\w+)$/i;

/** New content is a new file. */
export function fileKey({ name, size, modifiedAt }: FolderFile): string {
  return `${name}|${size}|${modifiedAt}`;
}

/**
 * Oldest first, then by name, numerically.
 *
 * @param pattern `*` allowed; `''`: all that look like feeds
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

export interface Waiting {
  readonly unread: readonly FolderFile[];
  readonly lastRead: FolderFile | undefined;
}

/** @param processed keys of files read; a late file with an older date is unread */
export function waitingFiles(files: readonly FolderFile[], processed: readonly string[]): Waiting {
  const read = new Set(processed);
  return {
    unread: files.filter((file) => !read.has(fileKey(file))),
    lastRead: files.findLast((file) => read.has(fileKey(file))),
  };
}
