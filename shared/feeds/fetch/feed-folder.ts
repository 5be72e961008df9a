/** A folder that receives feeds. */

import type { FolderFile } from './folder-files.ts';

export interface FeedFolder {
  /** Files only. */
  list(): Promise<readonly FolderFile[]>;
  read(name: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

export interface FolderLogin {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM or OpenSSH, for `sftp:`. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** State of the folder when a file is read. */
export interface FolderState {
  /** Keys of files that are read once this one is. */
  readonly processed: readonly string[];
  /** More files wait. */
  readonly hasMore: boolean;
  /** Of the SFTP server. */
  readonly hostKey: string | undefined;
}

export interface FolderPlace {
  /** Ends with a slash. */
  readonly folder: string;
  /** A file name with `*`; `''` is all. */
  readonly pattern: string;
}

/** `/in/` is a folder, `/in/full-*.zip` some of its files, `/in/feed.xml` one. */
export function placeOf(path: string): FolderPlace {
  const at = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, at), pattern: path.slice(at) };
}
