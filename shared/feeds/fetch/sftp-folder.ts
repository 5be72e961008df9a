/** Servers with another key than the recorded one get no password. */

import { createHash } from 'node:crypto';
import type { SFTPWrapper, ConnectConfig } from 'ssh2';
import { checkedSocket, type SocketOptions } from './checked-socket.ts';
import { DownloadError } from './download-error.ts';
import type { FeedFolder, FolderLogin } from './feed-folder.ts';
import type { FolderFile } from './folder-files.ts';

export interface SftpOptions extends Omit<SocketOptions, 'host' | 'port'> {
  /** `SHA256:...`, as `ssh-keygen -lf` prints it. Unset: any, see `onHostKey`. */
  readonly hostKey?: string | undefined;
  readonly onHostKey?: ((fingerprint: string) => void) | undefined;
}

/** @throws {DownloadError} `host-key-changed`, `unauthorized`, `unreachable`, `gone`; {PrivateAddressError} */
export async function openSftpFolder(
  url: URL,
  folder: string,
  login: FolderLogin,
  options: SftpOptions,
): Promise<FeedFolder> {
  const { Client } = await import('ssh2');
  const socket = await checkedSocket({ ...options, host: url.hostname, port: Number(url.port || 22) });
  const client = new Client();
  let refusal: DownloadError | undefined;
  const config: ConnectConfig = {
    sock: socket,
    readyTimeout: options.timeoutMs,
    keepaliveInterval: 30_000,
    ...(login.username === undefined ? {} : { username: login.username }),
    ...(login.password === undefined ? {} : { password: login.password }),
    ...(login.privateKey === undefined ? {} : { privateKey: login.privateKey }),
    ...(login.passphrase === undefined ? {} : { passphrase: login.passphrase }),
    hostVerifier: (key: Buffer) => {
      const fingerprint = fingerprintOf(key);
      refusal = wrongKey(url, fingerprint, options.hostKey);
      if (!refusal) options.onHostKey?.(fingerprint);
      return refusal === undefined;
    },
  };
  try {
    await new Promise<void>((done, fail) => client.once('ready', done).once('error', fail).connect(config));
    client.on('error', () => undefined);
    const sftp = await new Promise<SFTPWrapper>((done, fail) =>
      client.sftp((error, opened) => (error ? fail(error) : done(opened))),
    );
    return folderOf(sftp, folder, async () => {
      client.end();
      socket.destroy();
    });
  } catch (error) {
    client.destroy();
    socket.destroy();
    throw refusal ?? described(error, url);
  }
}

function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function wrongKey(url: URL, fingerprint: string, expected: string | undefined): DownloadError | undefined {
  if (expected === undefined || expected.replace(/=+$/, '') === fingerprint) return undefined;
  return new DownloadError(
    'host-key-changed',
    `${url.host} has the key ${fingerprint}, expected ${expected}: nothing was sent to it. If the ` +
      'publisher confirms the new key, set it with --feed-set <id> --host-key',
  );
}

function folderOf(sftp: SFTPWrapper, folder: string, close: () => Promise<void>): FeedFolder {
  return {
    list: () =>
      new Promise<FolderFile[]>((done, fail) =>
        sftp.readdir(folder, (error, entries) => {
          if (error) return fail(new DownloadError('gone', `The folder of the feed cannot be read: ${error.message}`));
          done(
            entries
              .filter(({ attrs }) => attrs.isFile())
              .map(({ filename, attrs }) => ({ name: filename, size: attrs.size, modifiedAt: attrs.mtime * 1000 })),
          );
        }),
      ),
    async *read(name) {
      for await (const chunk of sftp.createReadStream(`${folder}${name}`)) yield chunk as Buffer;
    },
    close,
  };
}

function described(error: unknown, url: URL): unknown {
  if (error instanceof DownloadError || !(error instanceof Error)) return error;
  if ((error as { level?: string }).level === 'client-authentication')
    return new DownloadError('unauthorized', `${url.host} refuses the login of this feed: it is missing or wrong`);
  return error;
}
