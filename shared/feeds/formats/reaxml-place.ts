/**
 * Senders add coordinates in elements of their own. `display` (partner.realestate.com.au): "no" on the address leaves
 * suburb and state; on the suburb, the state.
 */
import type { XmlElement } from '../xml/xml-element.ts';
import { child, childrenNamed, elementsAt, textAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import type { FeedContext } from './feed-format.ts';
import type { ItemReader } from './item-reader.ts';
import { firstText } from './paths.ts';

export const addressParts = ['site', 'subNumber', 'lotNumber', 'streetNumber', 'street', 'latitude', 'longitude'];
export const pointPlaces = ['geocode', 'extraFields', 'location', 'latitude', 'longitude'];
const latitudes = ['latitude', 'lat', 'geolat', 'geolatitude', 'geocodelatitude'];
const longitudes = ['longitude', 'long', 'lng', 'lon', 'geolong', 'geolng', 'geolon', 'geolongitude'];

/** Call `hideAddress` afterwards. */
export function readAddress(reader: ItemReader, item: XmlElement, context: FeedContext): void {
  reader.label('district', textAt(item, 'municipality'));
  const address = child(item, 'address');
  if (address !== undefined) readParts(reader, address);
  if (address !== undefined && address.children.length > 0)
    reader.country(textAt(address, 'country')?.trim() || homeOf(context));
  readPoint(reader, item);
}

export function hideAddress(reader: ItemReader, item: XmlElement): void {
  const suburbHidden = saysNo(textAt(item, 'address/suburb/@display'));
  if (suburbHidden) reader.values.city = null;
  if (suburbHidden || saysNo(textAt(item, 'address/@display'))) reader.hideAddress();
  else if (child(item, 'address') !== undefined) reader.values.addressHidden = false;
}

export function saysNo(text: string | undefined): boolean {
  return text !== undefined && parseBoolean(text) === false;
}

function readParts(reader: ItemReader, address: XmlElement): void {
  const part = (name: string): string => textAt(address, name)?.trim() ?? '';
  const [street, site] = [part('street'), part('site')];
  reader.label('address', trimmed(`${site === '' ? '' : `${site}, `}${house(part)} ${street}`));
  reader.label('city', textAt(address, 'suburb'));
  // New Zealand has regions.
  const state = firstText(address, 'state', 'region')?.trim();
  reader.label('province', /^[a-z]{2,3}$/i.test(state ?? '') ? state?.toUpperCase() : state);
  reader.label('postalCode', textAt(address, 'postcode'));
}

/** REAXML is from Australia and New Zealand. */
function homeOf({ country, locationCountry }: FeedContext): string {
  return country ?? (locationCountry === 'NZ' ? locationCountry : 'AU');
}

/** `2/80`, `Shop 4, 80`, `Lot 5`. */
function house(part: (name: string) => string): string {
  const [unit, number, lot] = [part('subNumber'), part('streetNumber'), part('lotNumber')];
  if (unit === '' && number === '' && lot !== '') return /^lot\b/i.test(lot) ? lot : `Lot ${lot}`;
  if (unit === '' || number.startsWith(`${unit}/`)) return number;
  return /^\w{1,5}$/.test(unit) ? `${unit}/${number}` : `${unit}, ${number}`;
}

function trimmed(address: string): string {
  const begun = address.replace(/^[\s,/]+/, '');
  let end = begun.length;
  while (end > 0 && /[\s,/]/.test(begun.charAt(end - 1))) end -= 1;
  return begun.slice(0, end);
}

function readPoint(reader: ItemReader, item: XmlElement): void {
  const places = ['address', ...pointPlaces].flatMap((name) => childrenNamed(item, name));
  const said = new Map(
    places
      .flatMap((place) => [place, ...elementsAt(place, '*'), ...elementsAt(place, '*/*')])
      .flatMap(namedTexts)
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => [name.replace(/[^a-z]/gi, '').toLowerCase(), text]),
  );
  const find = (names: readonly string[]): string | undefined => names.map((name) => said.get(name)).find(Boolean);
  const [latitude, longitude] = [find(latitudes), find(longitudes)];
  const pair = said.get('geocode');
  if (latitude !== undefined || longitude !== undefined) reader.point(latitude, longitude);
  else if (pair !== undefined && /^\s*[-\d.]+\s*[,;\s]\s*[-\d.]+\s*$/.test(pair))
    reader.point(pair, undefined, { single: true });
}

function namedTexts({ name, attributes, text }: XmlElement): (readonly [name: string, text: string])[] {
  const label = attributes['name'];
  const value = attributes['value'];
  return [
    [name, text],
    ...Object.keys(attributes).map((key) => [key, attributes[key] ?? ''] as const),
    ...(label === undefined ? [] : [[label, value ?? text] as const]),
  ];
}
