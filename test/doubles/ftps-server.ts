/** Explicit TLS (RFC 959, 2428, 4217). */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

export interface ServedFile {
  readonly bytes: Buffer;
  readonly modifiedAt: Date;
}

export interface FtpsServer {
  readonly port: number;
  readonly files: Map<string, ServedFile>;
  readonly commands: string[];
  close(): Promise<void>;
}

interface ServerOptions {
  readonly user: string;
  readonly password: string;
  readonly folder: string;
}

export async function startFtpsServer(options: ServerOptions): Promise<FtpsServer> {
  const files = new Map<string, ServedFile>();
  const commands: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined));
    new Session(socket, options, files, commands);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: portOf(server),
    files,
    commands,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

class Session {
  #control: Socket;
  #user = '';
  #isIn = false;
  #data: Promise<TLSSocket> | undefined;
  readonly #options: ServerOptions;
  readonly #files: ReadonlyMap<string, ServedFile>;
  readonly #commands: string[];

  constructor(control: Socket, options: ServerOptions, files: ReadonlyMap<string, ServedFile>, commands: string[]) {
    this.#control = control;
    this.#options = options;
    this.#files = files;
    this.#commands = commands;
    this.#listen(control);
    this.#say('220 ready');
  }

  #listen(socket: Socket): void {
    let waiting = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      waiting += chunk.toString();
      const lines = waiting.split('\r\n');
      waiting = lines.pop() ?? '';
      for (const line of lines) void this.#answer(line);
    });
  }

  #say(line: string): void {
    this.#control.write(`${line}\r\n`);
  }

  async #answer(line: string): Promise<void> {
    this.#commands.push(line);
    const [command = '', argument = ''] = [line.split(' ')[0]?.toUpperCase(), line.slice(line.indexOf(' ') + 1)];
    if (command === 'AUTH') return this.#secure();
    if (command === 'USER') this.#user = argument;
    if (command === 'USER') return this.#say('331 password');
    if (command === 'PASS') return this.#logIn(argument);
    if (!this.#isIn) return this.#say('530 not logged in');
    if (command === 'CWD') return this.#say(argument === this.#options.folder ? '250 ok' : '550 no such folder');
    if (command === 'EPSV') return this.#openData();
    if (command === 'LIST') return this.#send(Buffer.from([...this.#files].map(listed).join('')));
    if (command === 'RETR') return this.#retrieve(argument);
    if (['TYPE', 'PBSZ', 'PROT', 'STRU', 'OPTS'].includes(command)) return this.#say('200 ok');
    this.#say('502 not known');
  }

  #secure(): void {
    const plain = this.#control;
    plain.removeAllListeners('data');
    this.#say('234 go on');
    this.#control = new TLSSocket(plain, { isServer: true, key: testKey, cert: testCertificate });
    this.#listen(this.#control);
  }

  #logIn(password: string): void {
    const { user, password: expected } = this.#options;
    this.#isIn = this.#control instanceof TLSSocket && this.#user === user && password === expected;
    this.#say(this.#isIn ? '230 in' : '530 wrong login');
  }

  #openData(): void {
    const server = createTlsServer({ key: testKey, cert: testCertificate });
    this.#data = new Promise((done) => server.once('secureConnection', done));
    server.listen(0, '127.0.0.1', () => this.#say(`229 passive (|||${portOf(server)}|)`));
    void this.#data.then((socket) => {
      socket.on('error', () => undefined);
      server.close();
    });
  }

  #retrieve(name: string): Promise<void> | void {
    const file = this.#files.get(name);
    return file ? this.#send(file.bytes) : this.#say('550 no such file');
  }

  async #send(bytes: Buffer): Promise<void> {
    this.#say('150 here it comes');
    const data = await this.#data;
    data?.end(bytes, () => this.#say('226 done'));
  }
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function listed([name, { bytes, modifiedAt }]: [string, ServedFile]): string {
  const day = `${months[modifiedAt.getUTCMonth()]} ${String(modifiedAt.getUTCDate()).padStart(2)}`;
  return `-rw-r--r-- 1 u g ${bytes.length} ${day}  ${modifiedAt.getUTCFullYear()} ${name}\r\n`;
}

const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDBUBiUDOflpjgULl
nYGI2YzXT4Z3p6ASWNcpiofZBtyhRANCAATnJlGofqzFiK6nGVjcAJMGAqNcqf4Q
7WZsg3pizX+fJbMR5J0ZhbWKDXaSgcMwUcN2UiX9TGfNsVp0V6p5RSRX
-----END PRIVATE KEY-----`;
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUTQjjOxSyd6jIjrZ+r+55MZhgVa0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDEwNTQwOFoYDzIxMjYxMTA2
MTA1NDA4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATnJlGofqzFiK6nGVjcAJMGAqNcqf4Q7WZsg3pizX+fJbMR5J0ZhbWK
DXaSgcMwUcN2UiX9TGfNsVp0V6p5RSRXo28wbTAdBgNVHQ4EFgQUaj9yUMdXe23n
PJb78BRAeXnuMBIwHwYDVR0jBBgwFoAUaj9yUMdXe23nPJb78BRAeXnuMBIwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgAf6Fr8sWt/Oxbu4dN1DkpdbAdn6vXy4UQix0oTBihIQCIQDm
N3WOlzrZ1rao4nWypfPB0JZ1dqybe1GiSBfXZB3H/A==
-----END CERTIFICATE-----`;
