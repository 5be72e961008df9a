/** TLS is explicit, or implicit on port 990. */

import { isIP } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Client } from 'basic-ftp';
import { checkedSocket, type SocketOptions } from './checked-socket.ts';
import { DownloadError } from './download-error.ts';
import type { FeedFolder, FolderLogin } from './feed-folder.ts';

export interface FtpsOptions extends Omit<SocketOptions, 'host' | 'port'> {
  readonly ca?: string | undefined;
}

const implicitPort = 990;

/**
 * Each listing and file has its own connection: servers drop idle ones.
 *
 * @throws {DownloadError} `unauthorized`, `gone`; {PrivateAddressError}; TLS certificate errors
 */
export async function openFtpsFolder(
  url: URL,
  folder: string,
  login: FolderLogin,
  options: FtpsOptions,
): Promise<FeedFolder> {
  const enter = () => connectTo(url, folder, login, options);
  return {
    async list() {
      const client = await enter();
      try {
        const entries = await client.list();
        return entries
          .filter((entry) => entry.isFile)
          .map(({ name, size, modifiedAt }) => ({ name, size, modifiedAt: modifiedAt?.getTime() ?? 0 }));
      } finally {
        client.close();
      }
    },
    async *read(name) {
      const client = await enter();
      const through = new PassThrough();
      const sent = client.downloadTo(through, name).catch((error: Error) => void through.destroy(error));
      try {
        for await (const chunk of through) yield chunk as Buffer;
        await sent;
      } finally {
        client.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

async function connectTo(url: URL, folder: string, login: FolderLogin, options: FtpsOptions): Promise<Client> {
  const ftp = await import('basic-ftp');
  const port = Number(url.port || 21);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  // The name is for the certificate.
  const probe = await checkedSocket({ ...options, host: name, port });
  const host = probe.remoteAddress ?? name;
  probe.destroy();
  options.signal?.throwIfAborted();
  const client = new ftp.Client(options.timeoutMs);
  options.signal?.addEventListener('abort', () => client.close(), { once: true });
  try {
    await client.access({
      host,
      port,
      user: login.username ?? 'anonymous',
      password: login.password ?? '',
      secure: port === implicitPort ? 'implicit' : true,
      secureOptions: {
        host: name,
        ...(isIP(name) ? {} : { servername: name }),
        minVersion: 'TLSv1.2',
        ...(options.ca ? { ca: options.ca } : {}),
      },
    });
    await client.cd(folder);
    return client;
  } catch (error) {
    client.close();
    throw describedReply(error, url);
  }
}

/** RFC 959, 4.2. */
function describedReply(error: unknown, url: URL): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 530)
    return new DownloadError('unauthorized', `${url.host} refuses the login of this feed: it is missing or wrong`);
  return code === 550 ? new DownloadError('gone', `${url.host} has no folder at the feed's path`) : error;
}
