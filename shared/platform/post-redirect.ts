/** Target of a redirected POST (RFC 9110 15.4), never from https to http. Pure. */
export function redirectOf(from: URL, status: number, location: string | undefined): URL | undefined {
  if (![301, 302, 307, 308].includes(status) || !location || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  const isWeb = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  return isWeb ? to : undefined;
}
