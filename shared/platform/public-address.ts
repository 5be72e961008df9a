/** Excludes IANA's special-purpose registries (RFC 6890) and clouds' internal services. */

import ipaddr from 'ipaddr.js';

/** `private`: this host and its networks; `reserved`: never a server. */
export type AddressKind = 'public' | 'private' | 'reserved';

/** IPv4 without class D and E (RFC 5735); IPv6 by RFC 4291 2.5.4. */
const unicast = ranges('0.0.0.0/1 128.0.0.0/2 192.0.0.0/3 2000::/3');

/** RFC 1122, 4291; RFC 1918, 4193; carriers and VPNs (RFC 6598). */
const privateRanges = ranges('127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 ::1/128 fc00::/7');

/** RFC 6052 2.1 */
const nat64 = ranges('64:ff9b::/96');

const reserved = [
  // IANA IPv4 special-purpose registry.
  ...ranges('0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24'),
  ...ranges('192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24'),
  // IANA IPv6 special-purpose registry; 6bone (RFC 3701).
  ...ranges('2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 3ffe::/16'),
  // Cloud metadata: Azure, Alibaba, IBM (two), Google; AWS, Google, Scaleway, Oracle.
  ...ranges('168.63.129.16/32 100.100.100.200/32 161.26.0.0/16 166.8.0.0/14 199.36.153.0/24'),
  ...ranges('fd00:ec2::/32 fd20:ce::/32 fd00:42::/32 fd00:c1::/32'),
];

/** Judges an address or its embedded IPv4 address (mapped, NAT64, ISATAP); else `reserved`. */
export function addressKind(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'reserved';
  // Unwraps IPv4-mapped addresses (RFC 4291 2.5.5.2).
  const parsed = ipaddr.process(address);
  const inside = parsed instanceof ipaddr.IPv6 ? embeddedIpv4(parsed) : undefined;
  if (inside !== undefined) return addressKind(inside);
  if (isIn(parsed, reserved)) return 'reserved';
  if (isIn(parsed, privateRanges)) return 'private';
  return isIn(parsed, unicast) ? 'public' : 'reserved';
}

/** NAT64, or 0:5efe and 200:5efe (ISATAP, RFC 5214). */
function embeddedIpv4(address: ipaddr.IPv6): string | undefined {
  const bytes = address.toByteArray();
  const [, , , , high = 0, low = 0] = address.parts;
  const isIsatap = low === 0x5efe && (high & ~0x200) === 0;
  return isIsatap || isIn(address, nat64) ? bytes.slice(12).join('.') : undefined;
}

type Range = ReturnType<typeof ipaddr.parseCIDR>;

function ranges(written: string): readonly Range[] {
  return written.split(' ').map((range) => ipaddr.parseCIDR(range));
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, list: readonly Range[]): boolean {
  return list.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}
