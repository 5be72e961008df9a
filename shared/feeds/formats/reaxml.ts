/**
 * REAXML of realestate.com.au: eight listing elements, named by kind. A delta: omitted elements stay, empty ones clear;
 * removals are in `status`. Currency: the listing's country, else AUD. Ids: `agentID/uniqueID`.
 */
import type { FeedContext, FeedFormat, Goal, ItemAction, ListingStatus, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, childrenNamed, elementsAt, textAt, textsAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { currencyOfCountry } from '../values/currency-of-country.ts';
import { parsePeriod } from '../values/periods.ts';
import { parsePrice } from '../values/prices.ts';
import { markupOf } from '../xml/markup.ts';
import { isPropertyType, parsePropertyType } from '../values/property-types.ts';
import { keptAddress, tellLost } from './enclosed-pictures.ts';
import { namesOf, usualNames } from './fold-names.ts';
import { ItemReader } from './item-reader.ts';
import { firstText } from './paths.ts';
import { reaxmlFeatures } from './reaxml-features.ts';
import { addressParts, hideAddress, pointPlaces, readAddress, saysNo } from './reaxml-place.ts';

interface Kind {
  readonly goal: Goal | undefined;
  readonly type?: string;
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
  version: 4,
  itemPaths: [...kinds.keys()].map((kind) => `//propertyList/${kind}`),
  anyCase: true,
  keeps: [
    'address',
    ...pointPlaces,
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
  keepsOfAddress: [...addressParts.map((part) => `address/${part}`), ...pointPlaces],
  mode: () => 'delta',
  detect: (root, items) =>
    items.some((item) => child(item, 'uniqueID', true) !== undefined)
      ? 1
      : root.name.toLowerCase() === 'propertylist'
        ? 0.7
        : 0,
  map,
};

const elementNames = (
  'propertyList holidayRental commercialLand agentID uniqueID priceView commercialRent commercialListingType ' +
  'rentPerSquareMetre underOffer commercialCategory landCategory ruralCategory holidayCategory businessCategory ' +
  'ecoFriendly landDetails buildingDetails energyRating externalLink subNumber lotNumber streetNumber extraFields ' +
  'airConditioning alarmSystem builtInRobes otherFeatures openSpaces livingAreas openFirePlace outdoorEnt ' +
  'poolInGround poolAboveGround petFriendly remoteGarage secureParking payTV ductedHeating evaporativeCooling ' +
  'hydronicHeating splitSystemHeating splitSystemAirCon reverseCycleAirCon gasHeating fullyFenced floorboards ' +
  'insideSpa outsideSpa tennisCourt hotWaterService vacuumSystem rumpusRoom workshop solarPanels solarHotWater ' +
  'waterTank greyWaterSystem'
).split(' ');
const usual = usualNames(
  namesOf([
    ...elementNames,
    ...(
      'residential rental land rural commercial business price rent range min max category headline description ' +
      'features allowances bedrooms bathrooms ensuite garages carports toilets studies area address site street ' +
      'suburb state region postcode country municipality objects images img floorplan geocode latitude longitude ' +
      'name balcony broadband courtyard deck dishwasher furnished gym heating intercom shed smokers study'
    ).split(' '),
  ]),
  namesOf('modTime status display period id url file unit value href name tax latitude longitude lat lng'.split(' ')),
);

function map(written: XmlElement, context: FeedContext): MappedItem[] {
  const item = usual(written);
  const reader = new ItemReader(context);
  const id = textAt(item, 'uniqueID');
  reader.label('reference', id?.trim() ? id : undefined);
  readAddress(reader, item, context);
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
  reader.energy(energyRating(item));
  reader.url(textAt(item, 'externalLink/@href'));
  reader.features(reaxmlFeatures(item, uses));
  readImages(reader, item, context);
  hideAddress(reader, item);
  const { status, action } = readStatus(reader, item);
  if (status !== undefined) reader.values.status = status;
  return [
    reader.finish({ id, scope: textAt(item, 'agentID'), action, modifiedAt: reader.date(item.attributes['modTime']) }),
  ];
}

/** A bare number means stars. */
function energyRating(item: XmlElement): string | undefined {
  const rating = textAt(item, 'buildingDetails/energyRating');
  return rating === undefined || !/^\s*[\d.]+\s*$/.test(rating) ? rating : `${rating} stars`;
}

/**
 * Residential land is `Land`: a category is often a use.
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

/** Updates may have only a price. */
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

function readSalePrice(reader: ItemReader, item: XmlElement, usual: string): void {
  const price = child(item, 'price');
  const view = textAt(item, 'priceView');
  const amount = price === undefined ? undefined : (rangeOf(price) ?? price.text);
  const hidden = saysNo(price?.attributes['display']);
  if (tellsAmount(view) && (hidden || amount === undefined || amount.trim() === ''))
    reader.price(view, { usual, prose: true });
  else if (amount !== undefined) reader.price(amount, { usual, hidden });
  else if (view !== undefined) reader.price(view.trim() === '' ? undefined : view, { usual, prose: true });
}

function tellsAmount(view: string | undefined): boolean {
  return (parsePrice(view ?? '', { prose: true })?.amount ?? null) !== null;
}

function readRent(reader: ItemReader, item: XmlElement, usual: string): void {
  const rents = [...childrenNamed(item, 'rent'), ...childrenNamed(item, 'commercialRent')];
  const rent = rents.find((candidate) => /\d/.test(candidate.text)) ?? rents[0];
  if (rent === undefined) return;
  const period = rent.attributes['period'] ?? (rent.name === 'commercialRent' ? 'annual' : 'week');
  const price = child(item, 'price');
  // A lease's `price` only hides its rent.
  const hidden = saysNo(rent.attributes['display']) || saysNo(price?.attributes['display']);
  const view = textAt(item, 'priceView');
  if (hidden && tellsAmount(view)) {
    reader.price(view, { usual, prose: true });
    reader.values.rentalPeriod ??= parsePeriod(period);
    return;
  }
  const perArea = child(rent, 'rentPerSquareMetre');
  if (perArea !== undefined && rent.text.trim() === '') {
    reader.warn(
      'price-per-area',
      'The rent is per square metre and the rented area varies: the price is stored as on request',
      'price',
      rangeOf(perArea) ?? perArea.text,
    );
  }
  reader.price(rangeOf(rent) ?? rent.text, { usual, hidden });
  reader.period(period);
}

/** `<range><min>140.00</min><max>452.00</max></range>` as text. */
function rangeOf(element: XmlElement): string | undefined {
  const [min = '', max = ''] = [textAt(element, 'range/min')?.trim(), textAt(element, 'range/max')?.trim()];
  if (min === '' && max === '') return undefined;
  return max === '' || min === '' ? `${min}${max}` : `${min} - ${max}`;
}

function readArea(reader: ItemReader, field: 'areaSqm' | 'plotAreaSqm', item: XmlElement, details: string): void {
  const areas = elementsAt(item, `${details}/area`);
  const area =
    areas.find((candidate) => /\d/.test(candidate.text) || child(candidate, 'range') !== undefined) ?? areas[0];
  if (area !== undefined) reader.area(field, rangeOf(area) ?? area.text, area.attributes['unit']);
}

/**
 * `m` is the main photo, then `a` to `z`, then floor plans. Updates have changed ids, empty for deleted pictures; an
 * empty list clears all.
 */
function readImages(reader: ItemReader, item: XmlElement, context: FeedContext): void {
  const photos = [...elementsAt(item, 'objects/img'), ...elementsAt(item, 'images/img')];
  const plans = [...elementsAt(item, 'objects/floorplan'), ...elementsAt(item, 'images/floorplan')];
  if (photos.length + plans.length === 0) {
    reader.images(child(item, 'images') === undefined && child(item, 'objects') === undefined ? undefined : []);
    return;
  }
  const id = (image: XmlElement): string => image.attributes['id']?.trim().toLowerCase() ?? '';
  const address = (image: XmlElement): string =>
    image.attributes['url']?.trim() || (image.attributes['file']?.trim() ?? '');
  const said = [
    ...photos.map((image) => ({ key: `${id(image) === 'm' ? 'a' : 'b'}-${id(image)}`, url: address(image) })),
    ...plans.map((plan) => ({ key: `c-${id(plan)}`, url: address(plan), caption: 'Floor plan' })),
  ].toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const kept = said.map((place) => ({ ...place, kept: keptAddress(place.url, context) }));
  const places = kept.flatMap(({ kept: url, ...place }) => (url === null ? [] : [{ ...place, url: url ?? place.url }]));
  reader.images(places);
  tellLost(reader, said.length - places.length);
  const named = [...photos, ...plans].every((image) => id(image) !== '');
  if (named && new Set(places.map(({ key }) => key)).size === places.length) reader.imagePlaces(places);
}
