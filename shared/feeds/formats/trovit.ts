/**
 * Trovit, Mitula, Thribee. A snapshot; dates `dd/mm/yyyy hh:mm`. `rooms` are bedrooms. m2, unless `unit` says feet or
 * acres.
 */
import type { FeedContext, FeedFormat, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { ItemReader } from './item-reader.ts';
import { firstText, textsByLanguage } from './paths.ts';

const tellingNames = (
  'content city_area floor_area plot_area pictures property_type is_furnished is_new by_owner mls_database ' +
  'foreclosure expiration_date floor_number eco_score agency'
).split(' ');
const flags: readonly (readonly [path: string, label: string])[] = [
  ['parking', 'Parking'],
  ['is_furnished', 'Furnished'],
  ['is_new', 'New build'],
  ['foreclosure', 'Foreclosure'],
];

export const trovit: FeedFormat = {
  name: 'TROVIT',
  version: 2,
  endNames: () => ['expiration_date'],
  itemPaths: ['*/ad'],
  mode: () => 'snapshot',
  detect,
  map,
};

function detect(root: XmlElement, items: readonly XmlElement[]): number {
  const names = new Set(items.flatMap((item) => item.children.map(({ name }) => name)));
  const told = tellingNames.filter((name) => names.has(name)).length;
  if (/^(?:trovit|mitula|thribee|nestoria|nuroa)$/i.test(root.name)) return told > 0 || items.length === 0 ? 1 : 0.6;
  return told < 4 ? told * 0.05 : Math.min(0.9, 0.4 + told * 0.07);
}

function map(item: XmlElement, context: FeedContext): MappedItem[] {
  const reader = new ItemReader(context);
  const text = (...paths: string[]): string | undefined => withoutStrayBracket(firstText(item, ...paths));
  reader.label('reference', text('reference', 'ref', 'agency_reference'));
  reader.country(text('country'));
  reader.goal(text('type'));
  reader.currency(text('price/@currency', 'currency'));
  reader.price(text('price'));
  reader.period(text('price/@period'));
  reader.type(text('property_type'));
  reader.label('title', text('title'));
  reader.descriptions(
    textsByLanguage(item, 'content').map(([language, content]) => [language, withoutStrayBracket(content) ?? '']),
  );
  reader.label('address', text('address'));
  reader.label('district', text('city_area', 'neighborhood'));
  reader.label('city', text('city'));
  reader.label('province', text('region'));
  reader.label('postalCode', text('postcode'));
  reader.point(text('latitude'), text('longitude'));
  reader.rooms('bedrooms', text('rooms'));
  reader.rooms('bathrooms', text('bathrooms'));
  reader.area('areaSqm', text('floor_area'), text('floor_area/@unit'));
  reader.area('plotAreaSqm', text('plot_area'), text('plot_area/@unit'));
  reader.energy(text('eco_score'));
  reader.url(text('url'));
  reader.features(features(item));
  if (child(item, 'pictures') !== undefined) {
    reader.images(
      elementsAt(item, 'pictures/picture').map((picture) => ({
        url: withoutStrayBracket(firstText(picture, 'picture_url')) ?? '',
        caption: firstText(picture, 'picture_title'),
        main: parseBoolean(picture.attributes['featured'] ?? '') === true,
      })),
    );
  }
  reader.endOfOffer(text('expiration_date'));
  const modifiedAt = reader.date(text('date'));
  return [reader.finish({ id: text('id'), modifiedAt })];
}

function features(item: XmlElement): string[] | undefined {
  if (!flags.some(([path]) => child(item, path) !== undefined)) return undefined;
  return flags.filter(([path]) => parseBoolean(firstText(item, path) ?? '') === true).map(([, label]) => label);
}

/** `<![CDATA[Main Road]]]>` leaves a bracket. */
function withoutStrayBracket(text: string | undefined): string | undefined {
  return text?.trimEnd().endsWith(']') === true && !text.includes('[') ? text.trimEnd().slice(0, -1) : text;
}
