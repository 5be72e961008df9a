/**
 * Feeds come from addresses that somebody typed in: they must not reach into our own network (server-side request
 * forgery). Every address that a name resolves to is checked when the connection is made, and the connection goes to
 * the checked address, so that a name that resolves differently a moment later (DNS rebinding) gains nothing.
 */

import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { EstioError } from '../../platform/errors.ts';

/** An address that a feed may not come from. */
class PrivateAddressError extends EstioError {
  override name = 'PrivateAddressError';

  constructor(host: string, address: string) {
    super(
      `Expected a public address, ${host === address ? address : `${host} is ${address}`}: feeds from private, ` +
        'loopback and link-local addresses are refused',
      {
        code: 'private-address',
      },
    );
  }
}

/** The signature of `dns.lookup` as far as it is used, so that a test can bring its own names. */
export type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Whether an address is one of the public internet. Addresses that carry an IPv4 address inside are judged by that. */
function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  // IPv4-compatible (RFC 4291, 2.5.5.1): ::/96 followed by the IPv4 address; nobody routes them.
  if (
    parsed instanceof ipaddr.IPv6 &&
    parsed
      .toByteArray()
      .slice(0, 12)
      .every((byte) => byte === 0)
  )
    return false;
  if (parsed.range() === 'unicast') return true;
  // NAT64 (RFC 6052): 64:ff9b::/96 followed by the IPv4 address.
  if (parsed instanceof ipaddr.IPv6 && parsed.range() === 'rfc6052') {
    return isPublicAddress(parsed.toByteArray().slice(12).join('.'));
  }
  return false;
}

/**
 * Checks a host that is written as an address: a socket connects to it without asking for a look-up. URL parsing has
 * already turned decimal, octal and hexadecimal forms into dotted ones.
 *
 * @throws {PrivateAddressError}
 */
export function checkHost(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw new PrivateAddressError(host, host);
}

/**
 * Checks a host before anybody connects to it, for clients whose own connections fail without saying why.
 *
 * @throws {PrivateAddressError}; a name that does not resolve is left to whoever connects
 */
export async function checkResolved(hostname: string, resolve?: Lookup): Promise<void> {
  checkHost(hostname);
  await new Promise<void>((done, fail) => {
    publicLookup(resolve)(hostname.replace(/^\[|\]$/g, ''), { all: true }, (error) =>
      error instanceof PrivateAddressError ? fail(error) : done(),
    );
  });
}

/** A look-up for sockets that fails when any of a name's addresses is not public. */
export function publicLookup(resolve: Lookup = systemLookup as Lookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (refused) return done(new PrivateAddressError(hostname, refused.address), '', 0);
      if (options.all) return done(null, addresses);
      const [first] = addresses;
      if (!first) return done(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 0);
      done(null, first.address, first.family);
    });
  };
}
