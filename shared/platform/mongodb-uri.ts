/** The host, safe to show; `undefined` if an unescaped `@`, `/` or `?` makes the string ambiguous. Pure. */
export function hostOfMongodbUri(uri: string): string | undefined {
  const match = /^mongodb(?:\+srv)?:\/\/(?:[^@/?#]*@)?([^@/?#]+)(?:\/[^@/?#]*)?(?:\?[^@]*)?$/i.exec(uri);
  try {
    return match ? decodeURIComponent(match[1]!) : undefined;
  } catch {
    return undefined;
  }
}

export const mongodbUriExpected =
  'an address that begins with mongodb:// or mongodb+srv://, with @ / ? # : % in user name and ' +
  'password percent-encoded (@ is %40)';
