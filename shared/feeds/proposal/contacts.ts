/**
 * Parts of an item that are about people and firms, whatever they are called: their names are no titles, their photos show
 * no listing.
 */
import { guessedFields, leadsElsewhere, nameKey, nameScore } from './field-names.ts';
import type { Place } from './inventory.ts';

/** Ways to reach somebody. */
const REACHED_BY = /phone|telefon|telefax|телефон|τηλεφων|^(?:tel|mobile|movil|handy|cell|fax|correo|courriel|whatsapp)|mail$|^e?mail/;
const MAIL_ADDRESS = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/;
/** What people and firms do not have. */
const OF_LISTINGS = ['price', 'bedrooms', 'bathrooms', 'areaSqm', 'plotAreaSqm', 'latitude', 'descriptions'];
/** What a firm has as a listing has it. */
const OF_BOTH = ['city', 'postalCode'];

/** The places that are not inside of a contact: of an element that says how to reach somebody and has nothing of a listing. */
export function withoutContacts(places: readonly Place[]): readonly Place[] {
  const around = new Set(places.filter((place) => place.path.includes('/') && reaches(place)).map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)));
  const contacts = [...around].filter((start) => isContact(start, places));
  if (contacts.length === 0) return places;
  const outside = places.filter(({ path }) => !contacts.some((start) => path.startsWith(start)));
  // A group of a listing may have a phone number, too: what the item has nowhere else is the listing's.
  return places.filter((place) => outside.includes(place) || isNeeded(place, outside));
}

function isNeeded(place: Place, outside: readonly Place[]): boolean {
  if (leadsElsewhere(place.names) || reaches(place)) return false;
  const fields = guessedFields.filter((field) => means(field, place) && (field !== 'title' || !/name|nombre|nom$/.test(nameKey(place.names.at(-1) ?? ''))));
  return fields.length > 0 && !outside.some((other) => other.items > 0 && fields.some((field) => means(field, other)));
}

function isContact(start: string, places: readonly Place[]): boolean {
  const inside = places.filter(({ path }) => path.startsWith(start));
  if (OF_LISTINGS.some((field) => inside.some((place) => means(field, place)))) return false;
  const shared = OF_BOTH.filter((field) => inside.some((place) => means(field, place)));
  // The only town of the item is the listing's, a phone number beside it or not.
  return shared.every((field) => places.some((place) => place.items > 0 && !place.path.startsWith(start) && means(field, place) && !leadsElsewhere(place.names)));
}

/** `<telephone>true</telephone>` is a comfort. */
function reaches({ names, samples }: Place): boolean {
  if (samples.length > 0 && samples.every((sample) => MAIL_ADDRESS.test(sample))) return true;
  return REACHED_BY.test(nameKey(names.at(-1) ?? '')) && samples.some((sample) => sample.includes('@') || sample.replace(/\D/g, '').length >= 5);
}

function means(field: string, { names }: Place): boolean {
  return nameScore(field, names.slice(-1)) >= 0.55;
}
