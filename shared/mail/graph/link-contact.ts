import parsePhoneNumber, { type CountryCode } from 'libphonenumber-js';
import type { GraphContact } from './graph-types.ts';

export interface OutlookContact {
  readonly id: string;
  readonly name?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  /** Lower case, primary first. */
  readonly emails: readonly string[];
  /** E.164, mobile first. */
  readonly phones: readonly string[];
}

export interface KnownContact {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly email?: string | undefined;
  readonly emails?: readonly string[] | undefined;
  readonly phone?: string | undefined;
}

/** @param country ISO 3166-1 alpha-2, for numbers without country code */
export function readOutlookContact(contact: GraphContact, country: string | undefined): OutlookContact {
  const emails = (contact.emailAddresses ?? []).flatMap((entry) =>
    entry?.address?.includes('@') ? [entry.address.trim().toLowerCase()] : [],
  );
  const written = [contact.mobilePhone, ...(contact.businessPhones ?? []), ...(contact.homePhones ?? [])];
  const phones = written.flatMap((phone) => normalisePhone(phone, country) ?? []);
  const firstName = contact.givenName?.trim();
  const lastName = contact.surname?.trim();
  const name = contact.displayName?.trim() || [firstName, lastName].filter(Boolean).join(' ');
  return {
    id: contact.id,
    ...(name ? { name } : {}),
    ...(firstName ? { firstName } : {}),
    ...(lastName ? { lastName } : {}),
    emails: [...new Set(emails)],
    phones: [...new Set(phones)],
  };
}

/** E.164; undefined if invalid. */
export function normalisePhone(written: string | null | undefined, country: string | undefined): string | undefined {
  if (!written) return undefined;
  const parsed = parsePhoneNumber(written, country?.toUpperCase() as CountryCode | undefined);
  return parsed?.isValid() ? parsed.number : undefined;
}

/** Never overwrites staff. */
export function emptyFieldsToFill(
  known: KnownContact,
  outlook: OutlookContact,
): Record<string, string | readonly string[]> {
  const [email, ...otherEmails] = outlook.emails;
  const offered: Record<string, string | undefined> = {
    firstName: outlook.firstName,
    lastName: outlook.lastName,
    email,
    phone: outlook.phones[0],
  };
  const filled: Record<string, string | readonly string[]> = {};
  for (const [field, value] of Object.entries(offered)) {
    const present = known[field as keyof KnownContact];
    if (value !== undefined && (present === undefined || present === null || present === '')) filled[field] = value;
  }
  if ((known.emails ?? []).length === 0) {
    const primary = known.email?.trim().toLowerCase() || email;
    const more = (primary === email ? otherEmails : outlook.emails).filter((address) => address !== primary);
    if (more.length > 0) filled['emails'] = more;
  }
  return filled;
}
