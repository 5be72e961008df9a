/** @returns the changed mailbox in lower case; `undefined`: no such push */
export function readGmailPush(body: string): string | undefined {
  const data = field(parse(body), 'message', 'data');
  if (typeof data !== 'string') return undefined;
  const email = field(parse(Buffer.from(data, 'base64').toString('utf8')), 'emailAddress');
  return typeof email === 'string' && /^[^@\s]+@[^@\s]+$/.test(email) ? email.toLowerCase() : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
