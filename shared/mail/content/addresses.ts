/**
 * Addresses of mail headers. A list is split before its names are decoded: decoding first turns `=?..?Last=2C_First?=`
 * into two addresses. Stored addresses keep their `+tag`; comparing has rules of its own.
 */

import { domainToASCII } from 'node:url';
import addressparser, { type AddressOrGroup } from 'nodemailer/lib/addressparser';
import type { MailAddress } from '../../models/message.ts';
import { cleanLine } from './clean-text.ts';
import { decodeWords } from './headers.ts';

/** More addresses than this in one header are a mistake or an attack. */
const maxAddresses = 2000;
const maxHeaderLength = 256 * 1024;
/** RFC 5321: 64 of the local part, the sign, 255 of the domain. */
const maxAddressLength = 320;

/**
 * Reads the values of one address header (To may be repeated); groups are flattened, entries without an address
 * dropped.
 *
 * @returns addresses in lower case, in the order written, each once
 */
export function parseAddresses(values: readonly string[]): MailAddress[] {
  const found: MailAddress[] = [];
  for (const value of values) collect(addressparser(value.slice(0, maxHeaderLength)), found, true);
  return distinctAddresses(found).slice(0, maxAddresses);
}

function collect(entries: readonly AddressOrGroup[], found: MailAddress[], reparse: boolean): void {
  for (const entry of entries) {
    if (entry.group) {
      collect(entry.group, found, reparse);
      continue;
    }
    const name = withoutQuotes(decodeWords(entry.name)).trim();
    const email = cleanAddress(entry.address ?? '');
    if (email !== '') {
      found.push(mailAddress(name, email));
    } else if (reparse && entry.name.includes('=?') && name.includes('@')) {
      // Some mailers encode "Name <address>" as a whole.
      collect(addressparser(name), found, false);
    }
  }
}

/** Makes a stored address from a name and an address of any origin; the address may be missing. */
export function mailAddress(name: string | undefined, email: string | undefined): MailAddress {
  const clean = cleanAddress(email ?? '');
  const shown = cleanLine(name ?? '');
  return { ...(shown !== '' && shown.toLowerCase() !== clean ? { name: shown } : {}), email: clean };
}

/** Each address once; the first with a name gives the name. Entries that have only a name are kept. */
export function distinctAddresses(addresses: readonly MailAddress[]): MailAddress[] {
  const byKey = new Map<string, MailAddress>();
  for (const address of addresses) {
    const key = address.email === '' ? `name:${address.name ?? ''}` : addressKey(address.email);
    const known = byKey.get(key);
    if (!known || (known.name === undefined && address.name !== undefined))
      byKey.set(key, known ? { ...known, name: address.name as string } : address);
  }
  return [...byKey.values()];
}

/** Lower case, without control characters, brackets and a final dot; empty when it cannot be an address. */
function cleanAddress(email: string): string {
  // Room for "mailto:", brackets and spaces.
  if (email.length > 2 * maxAddressLength) return '';
  const trimmed = cleanLine(email)
    .replace(/^mailto:/i, '')
    .replace(/^<+|>+$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  return trimmed.length <= maxAddressLength && /^\S.*@[^@\s]+$/.test(trimmed) ? trimmed : '';
}

/** Without quotes at both ends. (An expression for the end would begin anew at every quote inside.) */
function withoutQuotes(name: string): string {
  let [start, end] = [0, name.length];
  while (start < end && isQuote(name[start])) start += 1;
  while (start < end && isQuote(name[end - 1])) end -= 1;
  return name.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

/** What two spellings of one address have in common: lower case, domain in ASCII (IDNA). */
export function addressKey(email: string): string {
  const lower = email.trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  if (at < 0) return lower;
  const domain = lower.slice(at + 1).replace(/\.$/, '');
  // eslint-disable-next-line no-control-regex
  const ascii = /[^\u0000-\u007F]/.test(domain) ? domainToASCII(domain) || domain : domain;
  return `${lower.slice(0, at).normalize('NFC')}@${ascii}`;
}

/** The key without a `+tag` (RFC 5233 sub-address): `anna+flat@x.com` reaches anna@x.com. */
export function untaggedKey(email: string): string {
  const key = addressKey(email);
  const plus = key.indexOf('+');
  const at = key.lastIndexOf('@');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}

/**
 * The mailbox that an address leads to: without a tag, and for Gmail without dots, whichever of its two domains is
 * written (Gmail Help, "Dots don't matter in Gmail addresses"; googlemail.com is the same).
 */
export function mailboxKey(email: string): string {
  const key = untaggedKey(email);
  const at = key.lastIndexOf('@');
  return isGmailDomain(key.slice(at + 1)) ? `${key.slice(0, at).replaceAll('.', '')}@gmail.com` : key;
}

/** All spellings of a Gmail address; undefined for others, which have none. */
export function gmailSpellings(email: string): RegExp | undefined {
  const key = mailboxKey(email);
  if (!key.endsWith('@gmail.com')) return undefined;
  const local = Array.from(key.slice(0, key.lastIndexOf('@')), (letter) => letter.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${local.join('\\.?')}(\\+[^@]*)?@(gmail|googlemail)\\.com$`, 'i');
}

function isGmailDomain(domain: string): boolean {
  return domain === 'gmail.com' || domain === 'googlemail.com';
}

/** Domain of an address, in ASCII; empty when there is none. */
export function addressDomain(email: string): string {
  const key = addressKey(email);
  const at = key.lastIndexOf('@');
  return at < 0 ? '' : key.slice(at + 1);
}
