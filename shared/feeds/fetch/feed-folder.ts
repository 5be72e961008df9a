import type { FolderFile } from './folder-files.ts';

export interface FeedFolder {
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

export interface FolderState {
  /** Keys of files that count as read after this one. */
  readonly processed: readonly string[];
  readonly hasMore: boolean;
  readonly hostKey: string | undefined;
}

export interface FolderPlace {
  /** Ends with a slash. */
  readonly folder: string;
  /** `*` allowed; `''` is all. */
  readonly pattern: string;
}

/** `/in/`, `/in/full-*.zip`, `/in/feed.xml`. */
export function placeOf(path: string): FolderPlace {
  const at = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, at), pattern: path.slice(at) };
}
