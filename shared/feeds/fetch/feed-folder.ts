/** A folder that feeds are sent to, wherever it is. */

import type { FolderFile } from './folder-files.ts';

export interface FeedFolder {
  /** Files, not the folders in it. */
  list(): Promise<readonly FolderFile[]>;
  /** The bytes of a file, as they come. */
  read(name: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Who reads a folder. */
export interface FolderLogin {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM or OpenSSH, for `sftp:`. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** What is known of the folder when a file of it is read. */
export interface FolderState {
  /** Keys of the files that count as read when this one is. */
  readonly processed: readonly string[];
  /** More files wait behind this one. */
  readonly hasMore: boolean;
  /** The key of the SFTP server. */
  readonly hostKey: string | undefined;
}

/** Where a feed's address leads: a folder, and which of its files are the feed's. */
export interface FolderPlace {
  /** Ends with a stroke. */
  readonly folder: string;
  /** A file name, with `*` for any letters; `''`: all. */
  readonly pattern: string;
}

/** `/in/` is a folder, `/in/full-*.zip` some of its files, `/in/feed.xml` one. */
export function placeOf(path: string): FolderPlace {
  const at = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, at), pattern: path.slice(at) };
}
