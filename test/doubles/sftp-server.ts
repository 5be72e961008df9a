import { createHash, generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import type { ServedFile } from './ftps-server.ts';

const { Server, utils } = ssh2;
const { STATUS_CODE, OPEN_MODE } = utils.sftp;

export interface SftpServer {
  readonly port: number;
  readonly fingerprint: string;
  readonly files: Map<string, ServedFile>;
  readonly passwords: string[];
  close(): Promise<void>;
}

export async function startSftpServer(login: {
  readonly user: string;
  readonly password: string;
  readonly folder: string;
}): Promise<SftpServer> {
  const files = new Map<string, ServedFile>();
  const passwords: string[] = [];
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const open = new Set<Connection>();
  const server = new Server({ hostKeys: [privateKey] }, (connection) => {
    open.add(connection);
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      if (attempt.method === 'none') return attempt.reject(['password']);
      const password = attempt.method === 'password' ? attempt.password : '';
      passwords.push(password);
      if (attempt.username === login.user && password === login.password) attempt.accept();
      else attempt.reject(['password']);
    });
    connection.on('session', (accept) => accept().on('sftp', (acceptSftp) => serve(acceptSftp(), login.folder, files)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const key = utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const digest = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');
  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: `SHA256:${digest}`,
    files,
    passwords,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const connection of open) connection.end();
      }),
  };
}

function serve(sftp: SFTPWrapper, folder: string, files: ReadonlyMap<string, ServedFile>): void {
  const handles: { readonly file?: ServedFile; isListed?: boolean }[] = [];
  const give = (id: number, handle: (typeof handles)[number]): void => {
    const name = Buffer.alloc(4);
    name.writeUInt32BE(handles.push(handle) - 1);
    sftp.handle(id, name);
  };
  sftp.on('OPENDIR', (id, path) => (path === folder ? give(id, {}) : sftp.status(id, STATUS_CODE.NO_SUCH_FILE)));
  sftp.on('READDIR', (id, handle) => {
    const opened = handles[handle.readUInt32BE()];
    if (!opened || opened.isListed) return sftp.status(id, STATUS_CODE.EOF);
    opened.isListed = true;
    sftp.name(
      id,
      [...files].map(([filename, file]) => ({ filename, longname: filename, attrs: attributesOf(file) })),
    );
  });
  sftp.on('OPEN', (id, path, flags) => {
    const file = files.get(path.slice(folder.length));
    if (!file || flags !== OPEN_MODE.READ) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    give(id, { file });
  });
  const stat = (id: number, file: ServedFile | undefined): void =>
    file ? sftp.attrs(id, attributesOf(file)) : sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  sftp.on('STAT', (id, path) => stat(id, files.get(path.slice(folder.length))));
  sftp.on('FSTAT', (id, handle) => stat(id, handles[handle.readUInt32BE()]?.file));
  sftp.on('READ', (id, handle, offset, length) => {
    const bytes = handles[handle.readUInt32BE()]?.file?.bytes.subarray(offset, offset + length);
    if (!bytes || bytes.length === 0) return sftp.status(id, STATUS_CODE.EOF);
    sftp.data(id, bytes);
  });
  sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
}

function attributesOf({ bytes, modifiedAt }: ServedFile) {
  const seconds = Math.trunc(modifiedAt.getTime() / 1000);
  return { mode: 0o100_644, uid: 0, gid: 0, size: bytes.length, atime: seconds, mtime: seconds };
}
