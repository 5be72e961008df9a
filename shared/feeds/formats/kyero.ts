/**
 * Kyero v3 (V3.9 of 2024-09), ThinkSPAIN (`unique_id`, `agent_ref`), reduced exports. A snapshot. Price `x` is on
 * request, energy class `X` pending. `notes` are private to the agency.
 */
import type { FeedContext, FeedFormat, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt, textAt, textsAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import type { ImageCandidate } from '../values/images.ts';
import { preferredText } from '../values/languages.ts';
import { parsePeriod } from '../values/periods.ts';
import { foldNames } from './fold-names.ts';
import { ItemReader } from './item-reader.ts';
import { firstText, textsByLanguage } from './paths.ts';

const tellingNames = (
  'price_freq surface_area desc energy_rating beds baths location_detail ref town province part_ownership ' +
  'leasehold new_build unique_id agent_ref last_amended_date'
).split(' ');
const flagNames: readonly (readonly [path: string, label: string])[] = [
  ['pool', 'Pool'],
  ['new_build', 'New build'],
  ['part_ownership', 'Part ownership'],
  ['leasehold', 'Leasehold'],
];

export const kyero: FeedFormat = {
  name: 'KYERO',
  version: 3,
  itemPaths: ['*/property'],
  anyCase: true,
  mode: () => 'snapshot',
  detect,
  // What was read as a full list so far is one, unless it tells otherwise.
  remains: (root, items) => detect(root, items) >= minLikeness && !items.some(isOfResales),
  map,
};

/** Of `detect`, for a feed without a header. */
export const minLikeness = 0.55;

/** Signs of Resales Online's deltas, which use Kyero's elements. */
export function isOfResales(item: XmlElement): boolean {
  return textAt(item, 'description/uk') !== undefined || isOffMarket(item);
}

export function isOffMarket(item: XmlElement): boolean {
  return /^off[\s-]*market$/i.test(textAt(item, 'status')?.trim() ?? '');
}

function detect(root: XmlElement, items: readonly XmlElement[]): number {
  if (child(root, 'kyero', true) !== undefined) return 1;
  if (child(root, 'thinkspain', true) !== undefined) return 0.95;
  const [first] = items;
  if (first === undefined) return 0;
  const names = new Set(items.flatMap((item) => item.children.map(({ name }) => name.toLowerCase())));
  const told = tellingNames.filter((name) => names.has(name)).length;
  if (told < 4) return told * 0.05;
  return Math.min(0.9, 0.3 + told * 0.07);
}

function map(written: XmlElement, context: FeedContext): MappedItem[] {
  const item = foldNames(written);
  const reader = new ItemReader(context);
  reader.label('reference', firstText(item, 'ref', 'agent_ref', 'reference'));
  reader.country(firstText(item, 'country', 'location/country'));
  readPrice(reader, item);
  reader.type(firstText(item, 'type', 'type/en', 'type/uk', 'property_type', 'property_type/en', 'type/*'));
  reader.label('city', firstText(item, 'town', 'city', 'location/town', 'location/city'));
  reader.label('district', firstText(item, 'location_detail', 'area', 'location/location_detail'));
  reader.label('province', firstText(item, 'province', 'location/province'));
  reader.label('postalCode', firstText(item, 'postcode', 'postal_code', 'zip', 'location/postcode', 'location/zip'));
  readAddress(reader, item);
  reader.point(firstText(item, 'location/latitude', 'latitude'), firstText(item, 'location/longitude', 'longitude'));
  reader.rooms('bedrooms', firstText(item, 'beds', 'bedrooms'));
  reader.rooms('bathrooms', firstText(item, 'baths', 'bathrooms'));
  reader.area(
    'areaSqm',
    firstText(item, 'surface_area/built', 'surface_area/built_m2', 'living_area', 'build_size', 'built'),
  );
  reader.area('plotAreaSqm', firstText(item, 'surface_area/plot', 'surface_area/plot_m2', 'plot_size', 'plot'));
  reader.energy(firstText(item, 'energy_rating/consumption', 'energy_rating'));
  reader.status(firstText(item, 'status'));
  reader.descriptions(textsByLanguage(item, 'desc', 'description', 'descriptions'));
  reader.titles(textsByLanguage(item, 'title', 'titles', 'name'));
  reader.titleFromKind();
  readUrl(reader, item, context);
  readFeatures(reader, item);
  reader.images(images(item));
  if (parseBoolean(firstText(item, 'display_address') ?? '') === false) reader.hideAddress();
  const modifiedAt = reader.date(
    firstText(item, 'date', 'last_amended_date', 'last_updated', 'lastUpdatedDate', 'lastupdateddate'),
  );
  return [reader.finish({ id: firstText(item, 'id', '@id', 'unique_id', 'property_id'), modifiedAt })];
}

/** `price_freq` is `sale` or a period; variants use `sale_type`. */
function readPrice(reader: ItemReader, item: XmlElement): void {
  const euros = firstText(item, 'price') === undefined ? firstText(item, 'euro_price') : undefined;
  reader.currency(firstText(item, 'currency') ?? (euros === undefined ? undefined : 'EUR'));
  const frequency = firstText(item, 'price_freq')?.trim() ?? '';
  if (parsePeriod(frequency) !== null) {
    reader.values.goal = 'RENT';
    reader.period(frequency);
  } else reader.goal(frequency === '' ? firstText(item, 'sale_type', 'operation', 'transaction') : frequency);
  reader.price(firstText(item, 'price') ?? euros);
}

function readAddress(reader: ItemReader, item: XmlElement): void {
  const street = firstText(item, 'address', 'street_name', 'location/address');
  const number = firstText(item, 'street_number') ?? '';
  reader.label('address', street === undefined ? undefined : `${street} ${street.includes(number) ? '' : number}`);
}

function readUrl(reader: ItemReader, item: XmlElement, context: FeedContext): void {
  const byLanguage = textsByLanguage(item, 'url').filter(([, text]) => text.trim() !== '');
  if (child(item, 'url') === undefined) return;
  reader.url(preferredText(Object.fromEntries(byLanguage), context.languages, reader.values.country) ?? '');
}

function readFeatures(reader: ItemReader, item: XmlElement): void {
  const flags = flagNames
    .filter(([path]) => parseBoolean(firstText(item, path) ?? '') === true)
    .map(([, label]) => label);
  const plain = textsAt(item, 'features/feature');
  const inLanguage = elementsAt(item, 'features/*').filter(({ children }) => children.length > 0);
  const chosen = inLanguage.find(({ name }) => name === 'en') ?? inLanguage[0];
  const listed = plain.length > 0 || chosen === undefined ? plain : textsAt(chosen, '*');
  const spoken = child(item, 'features') !== undefined || flagNames.some(([path]) => child(item, path) !== undefined);
  reader.features(spoken ? [...listed, ...flags] : undefined);
}

/** `id` is the position; variants write the address as text or attribute. */
function images(item: XmlElement): ImageCandidate[] | undefined {
  const container = child(item, 'images') ?? child(item, 'photos');
  return container?.children.map((image) => {
    const position = Number(image.attributes['id'] ?? NaN);
    return {
      url: firstText(image, 'url', '.', '@url') ?? '',
      caption: firstText(image, 'title', 'caption', '@title'),
      position: Number.isInteger(position) ? position : undefined,
    };
  });
}
