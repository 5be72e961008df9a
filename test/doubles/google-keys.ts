import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GoogleKeys {
  readonly url: string;
  /** Requests for the keys. */
  readonly asked: () => number;
  /** `foreign`: signed by someone else with the same key id. */
  token(claims: Readonly<Record<string, unknown>>, signer?: 'own' | 'foreign'): string;
}

export async function startGoogleKeys(
  t: { teardown(undo: () => void): void },
  answers: 'keys' | 'silent' = 'keys',
): Promise<GoogleKeys> {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = { own: pair(), foreign: pair() };
  const pem = keys.own.publicKey.export({ type: 'spki', format: 'pem' });
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    if (answers === 'silent') return;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ one: pem }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close().closeAllConnections());
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`,
    asked: () => asked,
    token(claims, signer = 'own') {
      const now = Math.floor(Date.now() / 1000);
      const head = encode({ alg: 'RS256', kid: 'one', typ: 'JWT' });
      const signed = `${head}.${encode({ iat: now - 60, exp: now + 3000, ...claims })}`;
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(keys[signer].privateKey, 'base64url')}`;
    },
  };
}
