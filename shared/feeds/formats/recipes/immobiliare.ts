/**
 * Immobiliare.it and Indomio (Italy, Greece, Spain). Each property says whether it is written or deleted; a large feed
 * comes in pages; `rooms` counts all rooms.
 */
import { recipe } from '../recipe.ts';

const flag = (path: string, label: string): unknown => ({ path: `extra-features/${path}`, label });

export const immobiliare = recipe({
  name: 'IMMOBILIARE',
  title: 'Immobiliare.it, Indomio',
  sources: ['https://feed.indomio.com/docs/', 'https://github.com/OpenEstate/OpenEstate-IO (ImmobiliareIT 2.5)'],
  version: 1,
  recognise: { roots: ['feed'], has: ['properties|metadata'], items: ['unique-id', '@operation|building', 'location'] },
  mode: 'snapshot',
  itemPath: 'feed/properties/property',
  fields: {
    id: 'unique-id',
    reference: ['reference-id', 'agency-reference'],
    action: { path: '@operation', map: { delete: 'remove', '*': 'upsert' } },
    country: ['location/country-code', { value: 'IT' }],
    goal: { path: 'transaction-type', map: { S: 'SALE', R: 'RENT', V: 'SALE', A: 'RENT', '*': '' } },
    currency: ['features/price/@currency', { value: 'EUR' }],
    price: ['features/price', 'features/rates/season/prices/week', 'auction-features/starting-price'],
    priceOnRequest: { path: 'features/price/@reserved', yes: 'true' },
    rentalPeriod: { value: 'month' },
    type: [
      'building/@map',
      { path: 'business-type/@category', map: { Immobile: 'Business', '*': '' } },
      'property-type',
      'project/@map',
    ],
    bedrooms: 'extra-features/bedrooms',
    bathrooms: 'extra-features/bathrooms',
    areaSqm: [
      { path: 'features/size', unitPath: 'features/size/@unit', unit: 'm2' },
      'features/size/details/detail[@main=Y]/size',
    ],
    plotAreaSqm: { path: 'extra-features/external-area', unitPath: 'extra-features/external-area/@unit', unit: 'm2' },
    province: ['location/administrative-area', 'location/sub-administrative-area'],
    city: 'location/city',
    district: 'location/locality/neighbourhood',
    address: 'location/locality/thoroughfare',
    addressHidden: { path: 'location/locality/thoroughfare/@display', no: 'true' },
    postalCode: 'location/locality/postal-code',
    latitude: 'location/locality/latitude',
    longitude: 'location/locality/longitude',
    title: { each: 'features/descriptions/description', path: 'title', language: '@language' },
    descriptions: [{ path: 'features/descriptions/description', language: '@language' }],
    energyRating: ['features/energy-class/@value', 'features/energy-class'],
    images: [
      { each: 'pictures/picture-url', position: '@position' },
      { each: 'pictures/picture', path: '@url', position: '@position' },
    ],
    externalUrl: 'links/link',
    modifiedAt: 'date-updated',
    features: [
      { path: 'features/rooms', label: '{} rooms' },
      flag('balcony', 'Balcony'),
      flag('terrace', 'Terrace'),
      flag('elevator', 'Lift'),
      flag('air-conditioning', 'Air conditioning'),
      { path: 'extra-features/garden', map: { Nessuno: '', N: '', '*': '1' }, label: 'Garden' },
      flag('garage', 'Garage'),
      flag('reception', 'Concierge'),
      flag('security-alarm', 'Alarm'),
    ],
  },
});
