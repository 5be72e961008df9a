import type { ListingImage } from '../formats/feed-format.ts';
import { decodeEntities } from '../xml/entities.ts';
import { cleanLabel, withoutControls } from './text.ts';

export interface ImageCandidate {
  /** Possibly relative, with spaces, a list, or empty. */
  readonly url: string;
  readonly caption?: string | undefined;
  readonly main?: boolean | undefined;
  /** A floor plan or map: main image only if the feed says so or has no other. */
  readonly plan?: boolean | undefined;
  readonly position?: number | undefined;
}

export interface ImageList {
  readonly images: ListingImage[];
  /** Relative without a base, `javascript:`, `data:`, local files. */
  readonly dropped: string[];
}

/** A listing with more addresses is refused anyway. */
const maxAddressLength = 8192;
const maxAddresses = 5000;

export function imageList(candidates: readonly ImageCandidate[], baseUrl?: string): ImageList {
  const dropped: string[] = [];
  const byUrl = new Map<string, { caption?: string; plan: boolean }>();
  let left = maxAddresses;
  for (const candidate of inOrder(candidates)) {
    if (left <= 0) break;
    const caption = cleanLabel(candidate.caption ?? '');
    const addresses = splitList(candidate.url).slice(0, left);
    left -= addresses.length;
    for (const text of addresses) {
      const url = absoluteUrl(text, baseUrl);
      if (url === null) {
        dropped.push(text);
        continue;
      }
      const known = byUrl.get(url);
      if (known === undefined)
        byUrl.set(url, {
          ...(caption === '' ? {} : { caption }),
          plan: candidate.plan === true && candidate.main !== true,
        });
      else if (known.caption === undefined && caption !== '') known.caption = caption;
    }
  }
  const shown = [...byUrl];
  const picture = shown.findIndex(([, { plan }]) => !plan);
  if (picture > 0) shown.unshift(...shown.splice(picture, 1));
  return {
    images: shown.map(([url, { caption }], sortOrder) => ({
      url,
      sortOrder,
      ...(caption === undefined ? {} : { caption }),
    })),
    dropped,
  };
}

/**
 * Decodes `&amp;`, spaces become %20, `//host` gets https, `www.host/path` http.
 * @returns null for other schemes, credentials, or without a base.
 */
export function absoluteUrl(value: string, baseUrl?: string): string | null {
  const written = value.trim();
  if (written.length > maxAddressLength) return null;
  let text = decodeEntities(withoutControls(written)).trim().replace(/\s/g, '%20').replaceAll('\\', '/');
  if (text === '') return null;
  if (text.startsWith('//')) text = `https:${text}`;
  else if (/^www\.[^/]+\.[a-z]{2,}(?:[/?#]|$)/i.test(text)) text = `http://${text}`;
  else if (/^(?!https?:)[a-z][a-z\d+.-]*:/i.test(text)) return null;
  const url = URL.parse(text, httpBase(baseUrl));
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    url.hostname === ''
  )
    return null;
  return url.href;
}

function httpBase(baseUrl: string | undefined): string | undefined {
  return baseUrl !== undefined && /^https?:/i.test(baseUrl) ? baseUrl : undefined;
}

function inOrder(candidates: readonly ImageCandidate[]): ImageCandidate[] {
  const filled = candidates.filter(({ url }) => url.trim() !== '');
  const numbered = filled.every(({ position }) => position !== undefined);
  const sorted = numbered ? filled.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)) : filled;
  return [...sorted.filter(({ main }) => main === true), ...sorted.filter(({ main }) => main !== true)];
}

/** `http://a/1.jpg,http://a/2.jpg`; also semicolons, bars, lines. */
function splitList(value: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: start } of value.matchAll(/(?:https?:)?\/\//gi)) {
    const before = value.slice(from, index).trimEnd();
    const isSeparated = /[,;|]$/.test(before.slice(-1));
    const space = value.slice(from + before.length, index);
    if (!isSeparated && !space.includes('\n') && (space === '' || start === '//')) continue;
    parts.push(isSeparated ? before.slice(0, -1) : before);
    from = index;
  }
  return [...parts, value.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}
