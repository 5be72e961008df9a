/** Shows nothing of an unreadable address. Pure. */
export function maskUrl(written: string): string {
  if (!URL.canParse(written)) return 'an address that cannot be read';
  const url = new URL(written);
  const place = url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
  const names = [...new Set(url.searchParams.keys())].map((name) => `${encodeURIComponent(maskWord(name))}=...`);
  return `${place}${maskPath(url.pathname)}${names.length > 0 ? `?${names.join('&')}` : ''}`;
}

/** Masks random segments: `/connect/[masked]`. Pure. */
export function maskPath(path: string): string {
  return path.split('/').map(maskWord).join('/');
}

function maskWord(word: string): string {
  return looksDrawn(word) ? '[masked]' : word;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Shorter words are names. */
const minDrawnLength = 16;
/** Longer names have fewer. */
const maxChanges = 7;

/** Letters and digits mixed. A first capital or final digits do not count. Pure. */
export function looksDrawn(word: string): boolean {
  const plain = word.replace(/(\.[a-z]{1,4}\d?)+$/i, '').replace(/[^a-z0-9]/gi, '');
  const changes = [...plain.matchAll(/(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[0-9]|(?<=[0-9])[a-zA-Z]/g)].length;
  return uuid.test(word) || (plain.length >= minDrawnLength && changes >= Math.min(plain.length / 4, maxChanges));
}
