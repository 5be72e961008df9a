/** Image lists and addresses: absolute http(s) URLs in order, the main image first, each once. */
import type { ListingImage } from '../formats/feed-format.ts';
import { decodeEntities } from '../xml/entities.ts';
import { cleanLabel, withoutControls } from './text.ts';

export interface ImageCandidate {
  /** As the feed has it: may be relative, hold spaces, a list separated by commas, or nothing. */
  readonly url: string;
  readonly caption?: string | undefined;
  readonly main?: boolean | undefined;
  /** A floor plan or a map: the main image only where the feed says so or has no other. */
  readonly plan?: boolean | undefined;
  /** Position by the feed's own numbering; without it the order of the document counts. */
  readonly position?: number | undefined;
}

export interface ImageList {
  readonly images: ListingImage[];
  /** Values that are no address of an image: relative without a base, `javascript:`, `data:`, local files. */
  readonly dropped: string[];
}

/** Makes the list. Two candidates of one URL are one image, at the earlier place. */
export function imageList(candidates: readonly ImageCandidate[], baseUrl?: string): ImageList {
  const dropped: string[] = [];
  const byUrl = new Map<string, { caption?: string; plan: boolean }>();
  for (const candidate of inOrder(candidates)) {
    for (const text of splitList(candidate.url)) {
      const url = absoluteUrl(text, baseUrl);
      if (url === null) {
        dropped.push(text);
        continue;
      }
      const caption = cleanLabel(candidate.caption ?? '');
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
 * An absolute http(s) URL out of a feed's value: `&amp;` left over is decoded, spaces become %20, `//host` gets https,
 * `www.host/path` gets http, relative paths resolve against the feed's address.
 * @returns null when there is none: another scheme, credentials inside, a relative path without a base.
 */
export function absoluteUrl(value: string, baseUrl?: string): string | null {
  let text = decodeEntities(withoutControls(value)).trim().replace(/\s/g, '%20').replaceAll('\\', '/');
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

/** Main images first, then by position when every candidate has one, else as they came. */
function inOrder(candidates: readonly ImageCandidate[]): ImageCandidate[] {
  const filled = candidates.filter(({ url }) => url.trim() !== '');
  const numbered = filled.every(({ position }) => position !== undefined);
  const sorted = numbered ? filled.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)) : filled;
  return [...sorted.filter(({ main }) => main === true), ...sorted.filter(({ main }) => main !== true)];
}

/**
 * One value may hold several addresses: `http://a/1.jpg,http://a/2.jpg`, separated by commas, semicolons, bars or
 * lines.
 */
function splitList(value: string): string[] {
  return value
    .split(/\s*[,;|\n]\s*(?=(?:https?:)?\/\/)|\s+(?=https?:\/\/)/i)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
