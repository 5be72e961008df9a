/** What may be shown of a connection string. Pure. */

/** The host part, safe to show. `undefined` if an unescaped `@`, `/` or `?` makes the string ambiguous. */
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
