/** The section around an ad says sale or rent; `area` is the town. */
import { recipe } from '../recipe.ts';

const acre = { path: 'acres', unit: 'acre' };

export const daft = recipe({
  name: 'DAFT',
  title: 'Daft.ie (Ireland), national and overseas',
  sources: ['https://github.com/OpenEstate/OpenEstate-IO (DaftIE 2.7: the schema in Java, and an example)'],
  version: 1,
  recognise: { roots: ['daft'], items: ['external_id', 'property_type|house_type|description'], rootTells: true },
  mode: 'snapshot',
  itemPath: 'daft/*/*',
  fields: {
    id: 'external_id',
    reference: 'external_id',
    country: ['country', { value: 'IE' }],
    goal: [
      {
        path: '../name()',
        map: {
          overseas_sales: 'SALE', sales: 'SALE', sale: 'SALE', new_developments: 'SALE', commercial_sales: 'SALE',
          overseas_rental: 'RENT', overseas_rentals: 'RENT', rental: 'RENT', rentals: 'RENT', lettings: 'RENT',
          shortterm: 'RENT', short_term: 'RENT', sharing: 'RENT', commercial_rentals: 'RENT', '*': '',
        },
      }, // prettier-ignore
      { path: 'price', yes: 'SALE' },
      { path: 'rent', yes: 'RENT' },
    ],
    currency: ['currency', { value: 'EUR' }],
    price: [
      { path: 'price', for: 'SALE' },
      { path: ['rent', 'price'], for: 'RENT' },
    ],
    priceOnRequest: {
      path: 'price_type',
      map: { 'on-application': 'true', 'on application': 'true', POA: 'true', '*': '' },
    },
    rentalPeriod: ['rent_collection_period', { value: 'month' }],
    status: ['property_status', 'status'],
    type: [
      {
        path: 'property_type',
        map: {
          site: 'Land',
          apartment: 'Apartment',
          duplex: 'Duplex',
          studio: 'Studio',
          commercial: 'Commercial',
          house: '',
        },
      },
      {
        path: 'house_type',
        map: {
          detached: 'House',
          'semi-detached': 'Semi-detached house',
          terraced: 'Townhouse',
          'end-of-terrace': 'Townhouse',
          townhouse: 'Townhouse',
          bungalow: 'Bungalow',
          cottage: 'House',
          dormer: 'House',
        },
      },
      'property_type',
    ],
    bedrooms: ['bedroom_number', 'bedrooms', 'num_bedrooms'],
    bathrooms: ['bathroom_number', 'bathrooms', 'num_bathrooms'],
    areaSqm: { path: ['square_metres', 'square_meters'], unit: 'm2', number: 'en' },
    plotAreaSqm: { ...acre, number: 'en' },
    province: ['region', 'county'],
    city: ['area', 'town'],
    address: 'address',
    latitude: 'latitude',
    longitude: 'longitude',
    descriptions: { en: 'description' },
    images: 'photos/photo',
    features: 'features/feature',
    energyRating: ['ber_rating', 'energy_rating'],
  },
});
