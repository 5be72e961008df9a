/**
 * Lists are split before decoding, which would turn `=?..?Last=2C_First?=` into two addresses. Stored addresses keep
 * `+tag`.
 */

import { domainToASCII } from 'node:url';
import addressparser, { type AddressOrGroup } from 'nodemailer/lib/addressparser';
import type { MailAddress } from '../../models/message.ts';
import { cleanLine, withoutInvisible } from './clean-text.ts';
import { decodeWords } from './headers.ts';

const maxAddresses = 2000;
const maxHeaderLength = 256 * 1024;
/** RFC 5321: 64, the @, 255 of the domain. */
const maxAddressLength = 320;

/**
 * Reads one header, possibly repeated.
 *
 * @returns lower case, in order, without duplicates
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

export function mailAddress(name: string | undefined, email: string | undefined): MailAddress {
  const clean = cleanAddress(email ?? '');
  const shown = cleanLine(name ?? '');
  return { ...(shown !== '' && shown.toLowerCase() !== clean ? { name: shown } : {}), email: clean };
}

/** The first name counts. Entries with only a name stay. */
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

function cleanAddress(email: string): string {
  if (email.length > 2 * maxAddressLength) return '';
  const trimmed = cleanLine(withoutInvisible(email))
    .replace(/^mailto:/i, '')
    .replace(/^<+|>+$/g, '')
    .replace(/^'(.*)'$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  return trimmed.length <= maxAddressLength && /^\S.*@[^@\s]+$/.test(trimmed) ? trimmed : '';
}

/** In linear time, unlike a regular expression. */
function withoutQuotes(name: string): string {
  let [start, end] = [0, name.length];
  while (start < end && isQuote(name[start])) start += 1;
  while (start < end && isQuote(name[end - 1])) end -= 1;
  return name.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

/** Lower case, domain in ASCII (IDNA). */
export function addressKey(email: string): string {
  const lower = email.trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  if (at < 0) return lower;
  const domain = lower.slice(at + 1).replace(/\.$/, '');
  // eslint-disable-next-line no-control-regex
  const ascii = /[^\u0000-\u007F]/.test(domain) ? domainToASCII(domain) || domain : domain;
  return `${lower.slice(0, at).normalize('NFC')}@${ascii}`;
}

/** Without `+tag` (RFC 5233). */
export function untaggedKey(email: string): string {
  const key = addressKey(email);
  const plus = key.indexOf('+');
  const at = key.lastIndexOf('@');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}

/**
 * For Gmail, also without dots, and googlemail.com is gmail.com (Gmail Help, "Dots don't matter in Gmail addresses").
 */
export function mailboxKey(email: string): string {
  const key = untaggedKey(email);
  const at = key.lastIndexOf('@');
  return isGmailDomain(key.slice(at + 1)) ? `${key.slice(0, at).replaceAll('.', '')}@gmail.com` : key;
}

export function gmailSpellings(email: string): RegExp | undefined {
  const key = mailboxKey(email);
  if (!key.endsWith('@gmail.com')) return undefined;
  const local = Array.from(key.slice(0, key.lastIndexOf('@')), (letter) => letter.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${local.join('\\.?')}(\\+[^@]*)?@(gmail|googlemail)\\.com$`, 'i');
}

function isGmailDomain(domain: string): boolean {
  return domain === 'gmail.com' || domain === 'googlemail.com';
}

/** ASCII; empty if missing. */
export function addressDomain(email: string): string {
  const key = addressKey(email);
  const at = key.lastIndexOf('@');
  return at < 0 ? '' : key.slice(at + 1);
}
