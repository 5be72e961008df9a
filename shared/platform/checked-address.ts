/**
 * Addresses that somebody typed in, or that an answer names, must not reach into our own network (server-side request
 * forgery). Every address that a name resolves to is checked when the connection is made, and the connection goes to
 * the checked address, so that a name that resolves differently a moment later (DNS rebinding) gains nothing.
 */

import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { EstioError } from './errors.ts';
import { addressKind } from './public-address.ts';

/** An address that may not be called. */
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

/** The signature of `dns.lookup` as far as it is used, so that a test can bring its own names. */
export type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Which addresses may be called, and how names are resolved. */
export interface Reach {
  /** This host and private networks too; reserved addresses (metadata of clouds, link-local) never. */
  readonly allowPrivate?: boolean | undefined;
  /** The system's by default. */
  readonly lookup?: Lookup | undefined;
}

function isAllowed(address: string, allowPrivate = false): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (allowPrivate && kind === 'private');
}

/**
 * Checks a host that is written as an address: a socket connects to it without asking for a look-up. URL parsing has
 * already turned decimal, octal and hexadecimal forms into dotted ones.
 *
 * @throws {PrivateAddressError}
 */
export function checkHost(hostname: string, { allowPrivate }: Reach = {}): void {
  const host = bareHost(hostname);
  if (ipaddr.isValid(host) && !isAllowed(host, allowPrivate))
    throw new PrivateAddressError(host, host, allowPrivate ?? false);
}

/** A host as sockets want it: an IPv6 address without the brackets of a URL. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * Checks a host before anybody connects to it, for clients whose own connections fail without saying why.
 *
 * @throws {PrivateAddressError}; a name that does not resolve is left to whoever connects
 */
export async function checkResolved(hostname: string, reach: Reach = {}): Promise<void> {
  checkHost(hostname, reach);
  await new Promise<void>((done, fail) => {
    checkedLookup(reach)(bareHost(hostname), { all: true }, (error) =>
      error instanceof PrivateAddressError ? fail(error) : done(),
    );
  });
}

/** A look-up for sockets that fails when any of a name's addresses may not be called. */
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
