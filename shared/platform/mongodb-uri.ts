/** What may be shown of a connection string. Pure. */

/**
 * The host part of a connection string: what may be shown. `undefined` when it cannot be told apart from the password:
 * an unescaped `@`, `/` or `?` in that makes the string ambiguous, and a driver would take a piece of it for the host.
 */
export function hostOfMongodbUri(uri: string): string | undefined {
  const match = /^mongodb(?:\+srv)?:\/\/(?:[^@/?#]*@)?([^@/?#]+)(?:\/[^@/?#]*)?(?:\?[^@]*)?$/i.exec(uri);
  try {
    return match ? decodeURIComponent(match[1]!) : undefined;
  } catch {
    return undefined;
  }
}

/** How such a string has to look. */
export const mongodbUriExpected =
  'an address that begins with mongodb:// or mongodb+srv://, with @ / ? # : % in user name and ' +
  'password percent-encoded (@ is %40)';
