/**
 * Yandex Realty (YRL), also for DomClick, VK, Move and sites in Russia, Ukraine, Kazakhstan; Russian or English. A
 * snapshot; `generation-date` always changes. `rooms` are stored as bedrooms. A price's `unit` is m2, sotka or hectare.
 */
import type { FeedContext, FeedFormat, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt, textAt } from '../xml/xml-element.ts';
import { areaUnitFactor } from '../values/areas.ts';
import { parseBoolean } from '../values/booleans.ts';
import { findNumbers, parseNumber, roundTo } from '../values/numbers.ts';
import { ItemReader } from './item-reader.ts';
import { firstText, textsByLanguage } from './paths.ts';
import { readYandexPlace } from './yandex-place.ts';

const flagNames: readonly (readonly [path: string, label: string])[] = [
  ['new-flat', 'New build'],
  ['lift', 'Lift'],
  ['parking', 'Parking'],
  ['room-furniture', 'Furnished'],
  ['kitchen-furniture', 'Fitted kitchen'],
  ['air-conditioner', 'Air conditioning'],
  ['internet', 'Internet'],
  ['washing-machine', 'Washing machine'],
  ['dishwasher', 'Dishwasher'],
  ['refrigerator', 'Refrigerator'],
  ['television', 'Television'],
  ['with-pets', 'Pets allowed'],
  ['with-children', 'Children allowed'],
  ['security', 'Security'],
  ['alarm', 'Alarm'],
  ['pool', 'Pool'],
  ['sauna', 'Sauna'],
  ['gas-supply', 'Gas'],
  ['water-supply', 'Water'],
  ['electricity-supply', 'Electricity'],
  ['sewerage-supply', 'Sewerage'],
  ['heating-supply', 'Heating'],
  ['mortgage', 'Mortgage possible'],
];
export const yandex: FeedFormat = {
  name: 'YANDEX',
  version: 5,
  endNames: () => ['expire-date'],
  itemPaths: ['realty-feed/offer'],
  mode: () => 'snapshot',
  detect: (root) => (root.name === 'realty-feed' ? 1 : 0),
  map,
};

function map(item: XmlElement, context: FeedContext): MappedItem[] {
  const reader = new ItemReader(context);
  reader.goal(firstText(item, 'type'));
  readYandexPlace(reader, item);
  reader.type(kind(item));
  const area = reader.values.type === 'Room' && child(item, 'room-space') !== undefined ? 'room-space' : 'area';
  reader.area('areaSqm', textAt(item, `${area}/value`), textAt(item, `${area}/unit`));
  reader.area('plotAreaSqm', textAt(item, 'lot-area/value'), textAt(item, 'lot-area/unit'));
  readPrice(reader, item);
  reader.rooms('bedrooms', bedrooms(reader, item));
  const bathrooms = textAt(item, 'bathroom-unit');
  if (bathrooms !== undefined && /^\d+$/.test(bathrooms.trim())) reader.rooms('bathrooms', bathrooms);
  reader.descriptions(textsByLanguage(item, 'description'));
  reader.label('title', firstText(item, 'title', 'name'));
  reader.titleFromKind();
  reader.url(textAt(item, 'url'));
  reader.images(
    child(item, 'image') === undefined
      ? undefined
      : elementsAt(item, 'image').map((image) => ({
          url: image.text,
          plan: /plan/i.test(image.attributes['tag'] ?? ''),
        })),
  );
  reader.features(features(item));
  reader.endOfOffer(textAt(item, 'expire-date'));
  const modifiedAt = reader.date(firstText(item, 'last-update-date', 'creation-date'));
  return [reader.finish({ id: firstText(item, '@internal-id', 'internal-id'), modifiedAt })];
}

/** Commercial property: the first known use. */
function kind(item: XmlElement): string | undefined {
  const category = firstText(item, 'category', 'property-type');
  const commercial = /^(?:commercial|коммерческая)$/iu.test(category?.trim() ?? '')
    ? firstText(item, 'commercial-type')
    : undefined;
  return commercial || category;
}

/** `rooms` is the whole flat's; a single room has `rooms-offered`. */
function bedrooms(reader: ItemReader, item: XmlElement): string | undefined {
  if (parseBoolean(textAt(item, 'studio') ?? '') === true) return '0';
  return reader.values.type === 'Room'
    ? firstText(item, 'rooms-offered', 'rooms')
    : firstText(item, 'rooms', 'rooms-offered');
}

function readPrice(reader: ItemReader, item: XmlElement): void {
  const price = child(item, 'price');
  const value = textAt(item, 'price/value') ?? (price?.children.length === 0 ? price.text : undefined);
  reader.currency(textAt(item, 'price/currency'));
  const unit = firstText(item, 'price/unit')?.trim() ?? '';
  reader.price(unit === '' ? value : multipliedOut(reader, value, unit));
  const period = textAt(item, 'price/period');
  if (reader.values.goal !== 'SALE') reader.period(period);
}

function multipliedOut(reader: ItemReader, value: string | undefined, unit: string): string | undefined {
  const [token] = findNumbers(value ?? '');
  const amount = token === undefined ? null : parseNumber(token);
  const factor = areaUnitFactor(unit);
  const area = reader.values.areaSqm ?? reader.values.plotAreaSqm ?? null;
  reader.warn(
    'price-per-area',
    `The price is per ${unit}${area === null ? ' and the area is not known' : ': it was multiplied by the area'}`,
    'price',
    value,
  );
  if (amount === null || factor === null || area === null) return '';
  return String(roundTo((amount * area) / factor, 2));
}

function features(item: XmlElement): string[] | undefined {
  const flags = flagNames.filter(([path]) => parseBoolean(textAt(item, path) ?? '') === true).map(([, label]) => label);
  const balcony = textAt(item, 'balcony') ?? '';
  if (balcony.trim() !== '' && parseBoolean(balcony) !== false) flags.push('Balcony');
  const metro = elementsAt(item, 'location/metro').map((station) => `Metro ${textAt(station, 'name') ?? ''}`.trim());
  const spoken =
    [...flagNames.map(([path]) => path), 'balcony'].some((path) => child(item, path) !== undefined) || metro.length > 0;
  return spoken ? [...flags, ...metro] : undefined;
}
