/**
 * REAXML of realestate.com.au: eight kinds of listing element, the element name being the kind. A delta: a listing may
 * carry changed elements only, elements left out stay as they are, elements that are there and empty clear. Absence
 * from the file means nothing; withdrawn, off-market and deleted listings say so in `status`. The currency is unsaid:
 * that of the listing's country, Australian dollars when it names none. Ids are `agentID/uniqueID`.
 */
import type { FeedContext, FeedFormat, Goal, ItemAction, ListingStatus, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, childrenNamed, elementsAt, textAt, textsAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { currencyOfCountry } from '../values/currency-of-country.ts';
import { parsePrice } from '../values/prices.ts';
import { markupOf } from '../values/markup.ts';
import { isPropertyType, parsePropertyType } from '../values/property-types.ts';
import { ItemReader } from './item-reader.ts';
import { firstText } from './paths.ts';
import { reaxmlFeatures } from './reaxml-features.ts';

interface Kind {
  readonly goal: Goal | undefined;
  readonly type?: string;
  /** The types that a category may make of it; without, any that is known. */
  readonly refinedBy?: readonly string[];
}

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    residential: { goal: 'SALE' },
    rental: { goal: 'RENT' },
    land: { goal: 'SALE', type: 'Land', refinedBy: ['Agricultural land'] },
    rural: { goal: 'SALE', type: 'Country house' },
    commercial: { goal: undefined, type: 'Commercial' },
    commercialLand: { goal: undefined, type: 'Land', refinedBy: ['Agricultural land'] },
    business: { goal: 'SALE', type: 'Business', refinedBy: ['Restaurant', 'Hotel', 'Retail', 'Office', 'Industrial'] },
    holidayRental: { goal: 'RENT', type: 'Holiday home' },
  }),
);

interface State {
  readonly status?: ListingStatus;
  readonly action: ItemAction;
}

const statuses: ReadonlyMap<string, State> = new Map(
  Object.entries<State>({
    current: { status: 'ACTIVE', action: 'upsert' },
    underoffer: { status: 'RESERVED', action: 'upsert' },
    sold: { status: 'SOLD', action: 'upsert' },
    leased: { status: 'RENTED', action: 'upsert' },
    withdrawn: { status: 'WITHDRAWN', action: 'remove' },
    offmarket: { status: 'WITHDRAWN', action: 'remove' },
    deleted: { status: 'WITHDRAWN', action: 'remove' },
  }),
);
const categoryPaths = [
  'category/@name',
  'commercialCategory/@name',
  'landCategory/@name',
  'ruralCategory/@name',
  'holidayCategory/@name',
  'businessCategory/name',
  'businessCategory/@name',
];

export const reaxml: FeedFormat = {
  name: 'REAXML',
  version: 3,
  itemPaths: [...kinds.keys()].map((kind) => `propertyList/${kind}`),
  keeps: [
    'address',
    'price',
    'priceView',
    'rent',
    'commercialRent',
    'commercialListingType',
    'underOffer',
    'features',
    'allowances',
    'ecoFriendly',
    'landDetails',
    'buildingDetails',
    ...new Set(categoryPaths.map((path) => path.split('/')[0] as string)),
  ],
  keepsOfAddress: ['address/site', 'address/subNumber', 'address/streetNumber', 'address/street'],
  mode: () => 'delta',
  detect: (root, items) =>
    root.name === 'propertyList' ? (items.some((item) => child(item, 'uniqueID') !== undefined) ? 1 : 0.7) : 0,
  map,
};

function map(item: XmlElement, context: FeedContext): MappedItem[] {
  const reader = new ItemReader(context);
  const id = textAt(item, 'uniqueID');
  reader.label('reference', id?.trim() ? id : undefined);
  readAddress(reader, item);
  readGoal(reader, item);
  readPrice(reader, item);
  const uses = readType(reader, item);
  reader.label('title', textAt(item, 'headline'));
  const description = child(item, 'description');
  if (description !== undefined) reader.descriptions([['en', markupOf(description)]]);
  reader.rooms('bedrooms', firstText(item, 'features/bedrooms'));
  reader.rooms('bathrooms', firstText(item, 'features/bathrooms'));
  readArea(reader, 'areaSqm', item, 'buildingDetails');
  readArea(reader, 'plotAreaSqm', item, 'landDetails');
  reader.energy(textAt(item, 'buildingDetails/energyRating'));
  reader.url(textAt(item, 'externalLink/@href'));
  reader.features(reaxmlFeatures(item, uses));
  readImages(reader, item);
  if (saysNo(textAt(item, 'address/@display'))) reader.hideAddress();
  else if (child(item, 'address') !== undefined) reader.values.addressHidden = false;
  const { status, action } = readStatus(reader, item);
  if (status !== undefined) reader.values.status = status;
  return [
    reader.finish({ id, scope: textAt(item, 'agentID'), action, modifiedAt: reader.date(item.attributes['modTime']) }),
  ];
}

/**
 * The type out of the categories, else that of the element's kind. Land for homes is `Land` with `Residential` beside
 * it: a category tells what a thing is for as often as what it is.
 * @returns the other categories
 */
function readType(reader: ItemReader, item: XmlElement): string[] {
  const categories = categoryPaths.flatMap((path) => textsAt(item, path)).filter((name) => name.trim() !== '');
  const { type, refinedBy } = kinds.get(item.name) ?? {};
  const refines = (name: string): boolean =>
    isPropertyType(name) && (refinedBy === undefined || refinedBy.includes(parsePropertyType(name) ?? ''));
  const chosen = categories.find(refines) ?? (type === undefined ? categories[0] : undefined);
  const whole = child(item, 'headline') !== undefined || child(item, 'description') !== undefined;
  if (chosen !== undefined || categories.length > 0 || whole) reader.type(chosen ?? type);
  return categories.filter((name) => name !== chosen && !/^\s*other\s*$/i.test(name));
}

function readStatus(reader: ItemReader, item: XmlElement): State {
  const word = (item.attributes['status'] ?? '').trim().toLowerCase();
  const known = statuses.get(word.replace(/[\s_-]/g, ''));
  const underOffer = parseBoolean(textAt(item, 'underOffer/@value') ?? '') === true;
  if (known === undefined) {
    if (underOffer && word !== '') return { status: 'RESERVED', action: 'upsert' };
    if (word !== '')
      reader.warn(
        'unknown-status',
        'The status is none of current, underoffer, sold, leased, withdrawn, offmarket, deleted: the stored status ' +
          'stays',
        'status',
        word,
      );
    return { action: 'upsert' };
  }
  return underOffer && known.status === 'ACTIVE' ? { status: 'RESERVED', action: 'upsert' } : known;
}

/** Commercial listings say sale, lease or both; updates without that word are told by the price they carry. */
function readGoal(reader: ItemReader, item: XmlElement): void {
  const goal = kinds.get(item.name)?.goal;
  if (goal !== undefined) {
    reader.values.goal = goal;
    return;
  }
  const word = textAt(item, 'commercialListingType/@value') ?? '';
  if (word.trim() !== '') reader.goal(word);
  else if (child(item, 'commercialRent') !== undefined) reader.values.goal = 'RENT';
  else if (child(item, 'price') !== undefined) reader.values.goal = 'SALE';
}

function readPrice(reader: ItemReader, item: XmlElement): void {
  const usual = currencyOfCountry(reader.values.country) ?? 'AUD';
  if (reader.values.goal === 'RENT') readRent(reader, item, usual);
  else readSalePrice(reader, item, usual);
}

/** `priceView` is the text shown instead of the price: it counts where the price is empty or not to be shown. */
function readSalePrice(reader: ItemReader, item: XmlElement, usual: string): void {
  const price = child(item, 'price');
  const view = textAt(item, 'priceView');
  const amount = price === undefined ? undefined : (rangeOf(price) ?? price.text);
  const hidden = saysNo(price?.attributes['display']);
  const viewHasAmount = (parsePrice(view ?? '', { prose: true })?.amount ?? null) !== null;
  if (viewHasAmount && (hidden || amount === undefined || amount.trim() === ''))
    reader.price(view, { usual, prose: true });
  else if (amount !== undefined) reader.price(amount, { usual, hidden });
  else if (view !== undefined) reader.price(view.trim() === '' ? undefined : view, { usual, prose: true });
}

function readRent(reader: ItemReader, item: XmlElement, usual: string): void {
  const rents = [...childrenNamed(item, 'rent'), ...childrenNamed(item, 'commercialRent')];
  const rent = rents.find((candidate) => /\d/.test(candidate.text)) ?? rents[0];
  if (rent === undefined) return;
  const perArea = child(rent, 'rentPerSquareMetre');
  if (perArea !== undefined && rent.text.trim() === '') {
    reader.warn(
      'price-per-area',
      'The rent is per square metre and the rented area varies: the price is told on request',
      'price',
      rangeOf(perArea) ?? perArea.text,
    );
  }
  const period = rent.attributes['period'] ?? (rent.name === 'commercialRent' ? 'annual' : 'week');
  reader.price(rangeOf(rent) ?? rent.text, { usual, hidden: saysNo(rent.attributes['display']) });
  reader.period(period);
}

/** `<range><min>140.00</min><max>452.00</max></range>` as text. */
function rangeOf(element: XmlElement): string | undefined {
  const [min = '', max = ''] = [textAt(element, 'range/min')?.trim(), textAt(element, 'range/max')?.trim()];
  if (min === '' && max === '') return undefined;
  return max === '' || min === '' ? `${min}${max}` : `${min} - ${max}`;
}

function readAddress(reader: ItemReader, item: XmlElement): void {
  reader.label('district', textAt(item, 'municipality'));
  const address = child(item, 'address');
  if (address === undefined) return;
  const part = (name: string): string => textAt(address, name)?.trim() ?? '';
  const [unit, number] = [part('subNumber'), part('streetNumber')];
  const house = unit === '' ? number : /^\w{1,5}$/.test(unit) ? `${unit}/${number}` : `${unit}, ${number}`;
  reader.label('address', trimmed(`${part('site') === '' ? '' : `${part('site')}, `}${house} ${part('street')}`));
  reader.label('city', textAt(address, 'suburb'));
  const state = part('state');
  reader.label(
    'province',
    child(address, 'state') === undefined ? undefined : /^[a-z]{2,3}$/i.test(state) ? state.toUpperCase() : state,
  );
  reader.label('postalCode', textAt(address, 'postcode'));
  if (address.children.length > 0) reader.country(part('country') === '' ? 'AU' : part('country'));
}

/** Without the commas and strokes of parts that are missing. */
function trimmed(address: string): string {
  const begun = address.replace(/^[\s,/]+/, '');
  let end = begun.length;
  while (end > 0 && /[\s,/]/.test(begun.charAt(end - 1))) end -= 1;
  return begun.slice(0, end);
}

function readArea(reader: ItemReader, field: 'areaSqm' | 'plotAreaSqm', item: XmlElement, details: string): void {
  const areas = elementsAt(item, `${details}/area`);
  const area =
    areas.find((candidate) => /\d/.test(candidate.text) || child(candidate, 'range') !== undefined) ?? areas[0];
  if (area !== undefined) reader.area(field, rangeOf(area) ?? area.text, area.attributes['unit']);
}

/**
 * Photos of `objects` or the older `images`: `m` is the main one, then `a` to `z`; floor plans follow. An update holds
 * the ids that changed and an empty one for a picture that is gone; an empty list clears all.
 */
function readImages(reader: ItemReader, item: XmlElement): void {
  const photos = [...elementsAt(item, 'objects/img'), ...elementsAt(item, 'images/img')];
  const plans = [...elementsAt(item, 'objects/floorplan'), ...elementsAt(item, 'images/floorplan')];
  if (photos.length + plans.length === 0) {
    reader.images(child(item, 'images') === undefined && child(item, 'objects') === undefined ? undefined : []);
    return;
  }
  const id = (image: XmlElement): string => image.attributes['id']?.trim().toLowerCase() ?? '';
  const address = (image: XmlElement): string =>
    image.attributes['url']?.trim() || (image.attributes['file']?.trim() ?? '');
  const places = [
    ...photos.map((image) => ({ key: `${id(image) === 'm' ? 'a' : 'b'}-${id(image)}`, url: address(image) })),
    ...plans.map((plan) => ({ key: `c-${id(plan)}`, url: address(plan), caption: 'Floor plan' })),
  ].toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  reader.images(places);
  const named = [...photos, ...plans].every((image) => id(image) !== '');
  if (named && new Set(places.map(({ key }) => key)).size === places.length) reader.imagePlaces(places);
}

function saysNo(text: string | undefined): boolean {
  return text !== undefined && parseBoolean(text) === false;
}
