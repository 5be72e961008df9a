/** The kind of price is the goal; none is on request. Rents are gross and net; all rooms count. */
import { recipe } from '../recipe.ts';

const has = (name: string, label: string): unknown => ({
  path: `characteristics/${name}`,
  map: { applies: 'true', '*': 'false' },
  label,
});
const rent = { interval: 'prices/rent/@interval' };

export const swissrets = recipe({
  name: 'SWISSRETS',
  title: 'SwissRETS (Switzerland): CASAGATEWAY and others',
  sources: ['https://github.com/qualipool/swissrets (schema 2.x, documentation and examples)'],
  version: 2,
  recognise: {
    roots: ['export'],
    has: ['properties|projects'],
    items: ['localizations', 'availability|prices', 'address/countryCode|address/locality'],
  },
  mode: 'snapshot',
  itemPath: 'export/properties/property',
  fields: {
    id: '@id',
    reference: ['visualReferenceId', 'referenceId'],
    country: ['address/countryCode', { value: 'CH' }],
    goal: [
      { path: 'type', map: { buy: 'SALE', rent: 'RENT', '*': '' } },
      { path: ['prices/buy/price', 'prices/buy/priceRange/min', 'prices/auction', 'prices/bidding'], yes: 'SALE' },
      { path: ['prices/rent/gross', 'prices/rent/net'], yes: 'RENT' },
    ],
    currency: ['prices/@currency', { value: 'CHF' }],
    price: [
      { path: ['prices/buy/price', 'prices/buy/priceRange/min'], for: 'SALE' },
      { path: ['prices/auction', 'prices/bidding'], for: 'SALE' },
      { path: ['prices/rent/gross', 'prices/rent/net', 'prices/rent/priceRange/min'], for: 'RENT' },
    ],
    priceOnRequest: {
      value: 'true',
      if: { path: 'prices/*/*', missing: true },
    },
    rentalPeriod: [
      {
        path: rent.interval,
        map: { onetime: 'month', daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' },
      },
      { value: 'month' },
    ],
    type: [
      {
        path: 'categories/category',
        map: {
        apartment: '', house: '', commercial: '', industrial: '', property: '', agricultural: '', parking: '',
        'single-house': 'House', 'row-house': 'Townhouse', 'terrace-house': 'Townhouse',
        'multiple-dwelling': 'Building',
        'bifamiliar-house': 'Semi-detached house', 'attic-flat': 'Penthouse', 'roof-flat': 'Apartment',
        maisonette: 'Duplex',
        'building-land': 'Land', plot: 'Land', 'commercial-plot': 'Land', 'industrial-object': 'Industrial',
        'underground-slot': 'Garage', 'open-slot': 'Garage', 'covered-slot': 'Garage', 'single-garage': 'Garage',
        'office-building': 'Office', 'furnished-flat': 'Apartment', 'terrace-flat': 'Apartment',
        'single-room': 'Room',
        'granny-flat': 'Apartment', 'studio-flat': 'Studio', 'commercial-space': 'Commercial',
        'storage-room': 'Storage room',
        },
      },
      'categories/category',
    ], // prettier-ignore
    status: [
      { path: 'availability', for: 'RENT', map: { taken: 'RENTED', reference: 'RENTED', private: 'WITHDRAWN' } },
      { path: 'availability', map: { taken: 'SOLD', reference: 'SOLD', private: 'WITHDRAWN' } },
    ],
    bathrooms: 'characteristics/numberOfBathrooms',
    areaSqm: [
      'characteristics/areaNwf',
      'characteristics/areaBwf',
      'characteristics/areaSiaNf',
      'characteristics/areaSiaHnf',
      'characteristics/areaSiaGf',
    ],
    plotAreaSqm: ['characteristics/areaPropertyLand', 'characteristics/areaSiaGsf'],
    province: 'address/region',
    city: 'address/locality',
    address: { path: 'address/street', houseNumber: 'address/streetNumber' },
    postalCode: 'address/postalCode',
    latitude: 'address/geo/latitude',
    longitude: 'address/geo/longitude',
    title: { each: 'localizations/localization', path: 'name', language: '@lang' },
    descriptions: {
      each: 'localizations/localization',
      path: ['description', 'location', 'equipment'],
      join: '\n\n',
      language: '@lang',
    },
    images: { each: 'localizations/localization/attachments/image', path: 'url', caption: 'title', files: true },
    externalUrl: 'localizations/localization/attachments/linkDirect/url',
    modifiedAt: ['modified', 'created'],
    features: [
      { path: 'characteristics/numberOfRooms', label: '{} rooms' },
      has('hasBalcony', 'Balcony'),
      has('hasElevator', 'Lift'),
      has('hasGarage', 'Garage'),
      has('hasParking', 'Parking'),
      has('hasFireplace', 'Fireplace'),
      has('hasSwimmingPool', 'Pool'),
      has('hasCellar', 'Cellar'),
      has('hasNiceView', 'View'),
      has('hasLakeView', 'Lake view'),
      has('hasMountainView', 'Mountain view'),
      has('isNewConstruction', 'New build'),
      has('isWheelchairAccessible', 'Wheelchair access'),
      has('arePetsAllowed', 'Pets allowed'),
      has('hasWashingMachine', 'Washing machine'),
      has('hasDishwasher', 'Dishwasher'),
    ],
  },
});
