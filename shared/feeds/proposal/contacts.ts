/** Names of people and firms are no titles, their photos show no listing. */
import { nameKey } from '../values/words.ts';
import { guessedFields, leadsElsewhere, nameScore } from './field-names.ts';
import type { Place } from './inventory.ts';

const calledBy = /phone|telefon|telefax|телефон|τηλεφων|^(?:tel|mobile|movil|handy|cell|fax|whatsapp)/;
const writtenTo = /^(?:correo|courriel)|mail$|^e?mail/;
const mailAddress = /^(?=.{1,254}$)[^\s@/]+@[^\s@/]+\.[^\s@/]+$/;
/** Titles of listings, too. */
const nameElements = new RegExp(
  '^(?:full|last|first|sur|company|display)?name$|^(?:nombre|nome|nom|prenom|cognome|apellidos?|imie|' +
    'nazwisko|vorname|nachname|firma|naam|navn|namn)$',
);
const ofListings = ['price', 'bedrooms', 'bathrooms', 'areaSqm', 'plotAreaSqm'];
const ofSome = ['latitude', 'descriptions'];
const ofBoth = ['city', 'postalCode', ...ofSome];
const tellingFields = ['title', 'address', 'latitude', 'descriptions'];
/** `captador_telefono`, `captadorTelefono`. */
const sharedBeginning = /^(.+?)(?:[_.-]+|(?<=\p{Ll})(?=\p{Lu}\p{Ll}))/u;
const ofItem = new RegExp(
  '^(?:prop(?:erty)?|listing|ad|offer|item|unit|object|objekt|immobile|inmueble|imovel|propiedad|' +
    'location|address|place|lage|geo|web|info|details?|basic|data|general|main)$',
);

interface Group {
  readonly name: string;
  readonly inside: ReadonlyMap<Place, string>;
}

/** Contacts are elements or shared prefixes with a phone or e-mail but nothing of a listing. */
export function withoutContacts(places: readonly Place[]): readonly Place[] {
  const reaching = places.filter((place) => isCalled(place) || isWrittenTo(place));
  const elements = [...new Set(reaching.map(({ path }) => parentOf(path)).filter((start) => start !== ''))].map(
    (start) => elementOf(start, places),
  );
  const alike = [...new Set(reaching.map(beginningOf).filter((start) => start !== undefined))].map((start) =>
    namedAlike(start, places),
  );
  // `<xyz><name/><reach><phone/></reach><place/></xyz>`
  const around = [
    ...new Set(reaching.map(({ path }) => parentOf(parentOf(path).slice(0, -1))).filter((start) => start !== '')),
  ]
    .map((start) => elementOf(start, places))
    .filter(isRepeated);
  const contacts = [...elements, ...around, ...alike].filter((group) => isContact(group, places));
  if (contacts.length === 0) return places;
  const sure = new Set(contacts.filter(isSure).flatMap(({ inside }) => [...inside.keys()]));
  const inContacts = new Set(contacts.flatMap(({ inside }) => [...inside.keys()]));
  const outside = places.filter((place) => !inContacts.has(place));
  // A listing's group may have a phone: what exists nowhere else is the listing's.
  return places.filter((place) => !inContacts.has(place) || (!sure.has(place) && isNeeded(place, outside)));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function elementOf(start: string, places: readonly Place[]): Group {
  return {
    name: start.slice(0, -1).split('/').at(-1) ?? '',
    inside: new Map(
      places.filter(({ path }) => path.startsWith(start)).map((place) => [place, place.names.at(-1) ?? '']),
    ),
  };
}

function beginningOf({ path, names }: Place): string | undefined {
  const beginning = sharedBeginning.exec(names.at(-1) ?? '')?.[1];
  if (beginning === undefined || beginning.length < 3 || ofItem.test(nameKey(beginning)) || path.includes('['))
    return undefined;
  return `${path.slice(0, path.length - (names.at(-1) ?? '').length)}${beginning}`;
}

function namedAlike(start: string, places: readonly Place[]): Group {
  const inside = places.flatMap((place) =>
    place.path.startsWith(start) && /^[\p{Lu}_.-][^/[]*$/u.test(place.path.slice(start.length))
      ? [[place, place.path.slice(start.length).replace(/^[_.-]+/, '')] as const]
      : [],
  );
  return { name: start, inside: new Map(inside) };
}

function isNeeded(place: Place, outside: readonly Place[]): boolean {
  if (leadsElsewhere(place.names) || isCalled(place) || isWrittenTo(place)) return false;
  const fields = guessedFields.filter(
    (field) =>
      means(field, place) && (field !== 'title' || !/name|nombre|nom$/.test(nameKey(place.names.at(-1) ?? ''))),
  );
  return fields.length > 0 && !outside.some((other) => other.items > 0 && fields.some((field) => means(field, other)));
}

function isContact(group: Group, places: readonly Place[]): boolean {
  const has = (field: string): boolean => [...group.inside.values()].some((name) => meansName(field, name));
  if (ofListings.some(has)) return false;
  if (isSure(group)) return true;
  if (ofSome.some(has) && !isNamed(group)) return false;
  return ofBoth
    .filter(has)
    .every((field) =>
      places.some(
        (place) => place.items > 0 && !group.inside.has(place) && means(field, place) && !leadsElsewhere(place.names),
      ),
    );
}

function isSure(group: Group): boolean {
  const places = [...group.inside.keys()];
  return (
    isNamed(group) &&
    !ofItem.test(nameKey(group.name)) &&
    ((places.some(isCalled) && places.some(isWrittenTo)) || isRepeated(group))
  );
}

function isRepeated({ inside }: Group): boolean {
  const telling = [...inside].filter(
    ([place, name]) => place.items > 0 && tellingFields.some((field) => meansName(field, name)),
  );
  return telling.length > 0 && telling.every(([{ items, distinct }]) => items >= 3 && distinct * 2 <= items);
}

function isNamed({ inside }: Group): boolean {
  return [...inside.values()].some((name) => nameElements.test(nameKey(name)));
}

/** `<telephone>true</telephone>` is a feature. */
function isCalled({ names, samples }: Place): boolean {
  return isNamedLike(calledBy, names) && samples.some((sample) => sample.replace(/\D/g, '').length >= 5);
}

function isWrittenTo({ names, samples }: Place): boolean {
  if (samples.length > 0 && samples.every((sample) => mailAddress.test(sample))) return true;
  return isNamedLike(writtenTo, names) && samples.some((sample) => sample.includes('@'));
}

function isNamedLike(words: RegExp, names: readonly string[]): boolean {
  const name = names.at(-1) ?? '';
  return words.test(nameKey(name)) || words.test(nameKey(name.replace(sharedBeginning, '')));
}

function means(field: string, { names }: Place): boolean {
  return meansName(field, names.at(-1) ?? '');
}

function meansName(field: string, name: string): boolean {
  return nameScore(field, [name]) >= 0.55;
}
