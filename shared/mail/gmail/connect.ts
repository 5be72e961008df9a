/** OAuth 2.0 for native apps (RFC 8252). The browser returns to a loopback address; over SSH, the user pastes it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import type { Types } from 'mongoose';
import type { AccountDoc } from '../../models/account.ts';
import { minute, type Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { EstioError } from '../../platform/errors.ts';
import { saveConnectedAccount } from '../accounts/connect-account.ts';
import { beginConsent, finishConsent } from './consent.ts';
import { readRedirect } from './read-redirect.ts';

/** Nothing listens: the browser shows an error, and the address to paste. */
const pastedPort = 48765;
const consentTime = 10 * minute;

export interface ConnectOptions {
  readonly locationId: Types.ObjectId;
  readonly config: Config;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly showAddress: (address: string) => void;
  readonly askForRedirect?: (signal: AbortSignal) => Promise<string>;
}

/** @throws {EstioError} `connect-refused`, `connect-timeout`, `connect-state`, `missing-scope`, or a token error */
export async function connectGmail(options: ConnectOptions): Promise<AccountDoc> {
  const { config, clock } = options;
  const state = randomBytes(32).toString('base64url');
  const loopback = options.askForRedirect ? undefined : await listenForRedirect(state);
  try {
    const redirectUri = `http://127.0.0.1:${loopback?.port ?? pastedPort}/`;
    const { address, codeVerifier } = await beginConsent(config, redirectUri, state);
    options.showAddress(address);
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(consentTime)]);
    const code = options.askForRedirect
      ? readRedirect(await withSignal(options.askForRedirect(signal), signal), state)
      : await withSignal((loopback as Loopback).code, signal);
    const { email, credentials } = await finishConsent({ code, state, codeVerifier, redirectUri }, { config, clock });
    return await saveConnectedAccount(
      { provider: 'gmail', email, locationId: options.locationId, credentials, connectedAt: clock.now() },
      config,
    );
  } finally {
    loopback?.server.close();
    loopback?.server.closeAllConnections();
  }
}

interface Loopback {
  readonly server: Server;
  readonly port: number;
  readonly code: Promise<string>;
}

/** Requests with a foreign state change nothing. */
async function listenForRedirect(state: string): Promise<Loopback> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  promise.catch(() => undefined);
  const server = createServer((request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text);
    // Any local program may ask for anything: `//` is no address.
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url?.pathname !== '/') return void answer(404, 'Not found');
    try {
      const code = readRedirect(url.href, state);
      answer(200, 'The mailbox is being connected. You can close this window.');
      resolve(code);
    } catch (thrown) {
      const error = thrown as EstioError;
      answer(400, error.message);
      if (error.code !== 'connect-state') reject(error);
    }
  });
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(0, '127.0.0.1', ready));
  return { server, port: (server.address() as AddressInfo).port, code: promise };
}

async function withSignal<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const end = () =>
      reject(
        new EstioError(
          `The sign-in was cancelled or not completed within ${consentTime / minute} minutes: nothing was ` +
            'connected',
          { code: 'connect-timeout' },
        ),
      );
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  return Promise.race([waiting, aborted]);
}
