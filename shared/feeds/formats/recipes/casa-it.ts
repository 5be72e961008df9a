/**
 * All in attributes; -1 is unknown; type and town are codes (portal, ISTAT). `rooms` counts all; `action` 2 removes.
 */
import { recipe } from '../recipe.ts';

export const casaIt = recipe({
  name: 'CASA_IT',
  title: 'casa.it (Italy)',
  sources: ['https://github.com/OpenEstate/OpenEstate-IO (CasaIT: the schema in Java, and an example)'],
  version: 1,
  recognise: { roots: ['container'], has: ['realestateitems'], items: ['@referenceID', '@contracttype'] },
  mode: 'snapshot',
  itemPath: 'container/realestateitems/realestate',
  fields: {
    id: '@referenceID',
    reference: '@reference',
    action: { path: '@action', map: { '2': 'remove', '*': 'upsert' } },
    country: { value: 'IT' },
    goal: { path: '@contracttype', map: { '1': 'SALE', '2': 'RENT', '*': '' } },
    currency: { value: 'EUR' },
    price: 'price/@value',
    rentalPeriod: { value: 'month' },
    bathrooms: '@bathrooms',
    areaSqm: { path: '@size', unit: 'm2' },
    plotAreaSqm: { path: 'garden/@size', unit: 'm2' },
    district: 'address/@zone',
    address: { path: 'address/@street', houseNumber: 'address/@number' },
    addressHidden: { path: 'configuration/@isaddressvisibleonsite', no: 'true' },
    postalCode: 'address/@zip',
    latitude: 'googlemapcoordinate/@latitude',
    longitude: 'googlemapcoordinate/@longitude',
    title: 'title/@value',
    descriptions: { it: 'description/@value' },
    images: { each: 'images/advertismentimage[@imagetype=Image]', path: '@path' },
    features: [
      { path: '@rooms', label: '{} rooms' },
      { path: '@hasbalcony', label: 'Balcony' },
      { path: '@hasterrace', label: 'Terrace' },
      { path: 'building/@haslift', label: 'Lift' },
    ],
  },
});
