/** Addresses as they may be shown: without a login, the values of the query, and tokens in the path. */

/** An address that cannot be taken apart is not shown at all. Pure. */
export function maskUrl(written: string): string {
  if (!URL.canParse(written)) return 'an address that cannot be read';
  const url = new URL(written);
  const place = url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
  const names = [...new Set(url.searchParams.keys())].map((name) => `${encodeURIComponent(maskWord(name))}=...`);
  return `${place}${maskPath(url.pathname)}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

/** A path without the segments that are drawn by lot, such as `/connect/[masked]`. Pure. */
export function maskPath(path: string): string {
  return path.split('/').map(maskWord).join('/');
}

function maskWord(word: string): string {
  return looksDrawn(word) ? '[masked]' : word;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Shorter words are names. */
const minDrawnLength = 16;
/** No longer name has as many changes. */
const maxChanges = 7;

/**
 * Whether a word looks like a token: letters and digits in a mix that no one types. A capital that begins a word is no
 * mix, nor are digits at its end. Pure.
 */
export function looksDrawn(word: string): boolean {
  const plain = word.replace(/(\.[a-z]{1,4}\d?)+$/i, '').replace(/[^a-z0-9]/gi, '');
  const changes = [...plain.matchAll(/(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[0-9]|(?<=[0-9])[a-zA-Z]/g)].length;
  return uuid.test(word) || (plain.length >= minDrawnLength && changes >= Math.min(plain.length / 4, maxChanges));
}
