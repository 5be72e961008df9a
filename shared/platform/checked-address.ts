/**
 * Against server-side request forgery: addresses are checked and connected to in one step, which defeats DNS rebinding.
 */

import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { EstioError } from './errors.ts';
import { addressKind } from './public-address.ts';

export class PrivateAddressError extends EstioError {
  override name = 'PrivateAddressError';

  constructor(host: string, address: string, allowPrivate: boolean) {
    const found = host === address ? address : `${host} is ${address}`;
    super(
      allowPrivate
        ? `Expected a public or private address, ${found}: link-local and reserved addresses are always refused`
        : `Expected a public address, ${found}: private, loopback, link-local and reserved addresses are refused`,
      { code: 'private-address' },
    );
  }
}

export type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface Reach {
  /** Also this host and private networks; reserved addresses never. */
  readonly allowPrivate?: boolean | undefined;
  readonly lookup?: Lookup | undefined;
}

function isAllowed(address: string, allowPrivate = false): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (allowPrivate && kind === 'private');
}

/** Sockets do not look up hosts written as addresses. @throws {PrivateAddressError} */
export function checkHost(hostname: string, { allowPrivate }: Reach = {}): void {
  const host = bareHost(hostname);
  if (ipaddr.isValid(host) && !isAllowed(host, allowPrivate))
    throw new PrivateAddressError(host, host, allowPrivate ?? false);
}

export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * For clients that hide why a connection failed.
 *
 * @throws {PrivateAddressError}, but not for unresolvable names
 */
export async function checkResolved(hostname: string, reach: Reach = {}): Promise<void> {
  checkHost(hostname, reach);
  await new Promise<void>((done, fail) => {
    checkedLookup(reach)(bareHost(hostname), { all: true }, (error) =>
      error instanceof PrivateAddressError ? fail(error) : done(),
    );
  });
}

/** Fails if any address of the name is refused. */
export function checkedLookup({ allowPrivate, lookup = systemLookup as Lookup }: Reach = {}): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const refused = addresses.find(({ address }) => !isAllowed(address, allowPrivate));
      if (refused) return done(new PrivateAddressError(hostname, refused.address, allowPrivate ?? false), '', 0);
      if (options.all) return done(null, addresses);
      const [first] = addresses;
      if (!first) return done(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 0);
      done(null, first.address, first.family);
    });
  };
}
