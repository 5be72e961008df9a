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
/** Shorter ones are names. */
const minDrawnLength = 16;
/** Longer names have fewer. */
const maxChanges = 7;
/** `AphroditeEstates3` */
const madeOfWords = /^[A-Z]?[a-z]{3,14}(?:[A-Z][a-z]{3,14})*\d{0,8}$/;

/** Letters and digits mixed, or too long for a word. Pure. */
export function looksDrawn(segment: string): boolean {
  if (uuid.test(segment)) return true;
  const runs = segment.replace(/(\.[a-z]{1,4}\d?)+$/i, '').split(/[^a-z0-9]+/i);
  if (runs.some((run) => run.length >= minDrawnLength && !madeOfWords.test(run))) return true;
  const plain = runs.join('');
  const changes = [...plain.matchAll(/(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[0-9]|(?<=[0-9])[a-zA-Z]/g)].length;
  return plain.length >= minDrawnLength && changes >= Math.min(plain.length / 4, maxChanges);
}
