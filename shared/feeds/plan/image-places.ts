/**
 * The images of a delta that numbers them: an update sends the places that changed, an empty place is deleted, places
 * that it leaves out stay. The listing keeps the feed's places beside its list of images.
 */

import type { ImagePlace, ListingImage } from '../formats/feed-format.ts';

/** The places after an update, in their order, empty ones left out. */
export function mergePlaces(stored: readonly ImagePlace[], update: readonly ImagePlace[]): ImagePlace[] {
  const byKey = new Map([...stored, ...update].map((place) => [place.key, place]));
  return [...byKey.values()].filter(({ url }) => url !== null).toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** The list of images that places make; one address is one image. */
export function imagesOf(places: readonly ImagePlace[]): ListingImage[] {
  const byUrl = new Map(places.toReversed().map((place) => [place.url, place]));
  const shown = places.filter((place) => place.url !== null && byUrl.get(place.url) === place);
  return shown.map(({ url, caption }, sortOrder) => ({
    url: url as string,
    sortOrder,
    ...(caption === undefined ? {} : { caption }),
  }));
}
