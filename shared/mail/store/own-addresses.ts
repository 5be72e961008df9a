import { addressDomain, addressKey, mailboxKey } from '../content/addresses.ts';
import type { OwnAddresses } from './parsed-message.ts';

export function ownAddresses(addresses: readonly string[], domains: readonly string[]): OwnAddresses {
  return {
    addresses: new Set(addresses.flatMap((address) => [addressKey(address), mailboxKey(address)])),
    domains: new Set(domains.map((domain) => addressDomain(`x@${domain.replace(/^@/, '')}`))),
  };
}

/** Mail through our own list (List-Id, RFC 2919) is written to us. */
export function isOwnList(listId: string, own: OwnAddresses): boolean {
  const domains = [...own.domains, ...[...own.addresses].map(addressDomain)];
  return domains.some((domain) => domain !== '' && listId.endsWith(`.${domain}`));
}

/** Ignores `+tag` and Gmail's dots. */
export function isOwn(email: string, own: OwnAddresses): boolean {
  if (email === '') return false;
  return (
    own.addresses.has(addressKey(email)) ||
    own.addresses.has(mailboxKey(email)) ||
    own.domains.has(addressDomain(email))
  );
}
