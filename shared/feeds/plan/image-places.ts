import type { ImagePlace, ListingImage } from '../formats/feed-format.ts';

/** Sorted, without empty ones. */
export function mergePlaces(stored: readonly ImagePlace[], update: readonly ImagePlace[]): ImagePlace[] {
  const byKey = new Map([...stored, ...update].map((place) => [place.key, place]));
  return [...byKey.values()].filter(({ url }) => url !== null).toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

export function imagesOf(places: readonly ImagePlace[]): ListingImage[] {
  const byUrl = new Map(places.toReversed().map((place) => [place.url, place]));
  const shown = places.filter((place) => place.url !== null && byUrl.get(place.url) === place);
  return shown.map(({ url, caption }, sortOrder) => ({
    url: url as string,
    sortOrder,
    ...(caption === undefined ? {} : { caption }),
  }));
}
