/** `department` is the goal, `priority` the status. Rooms have texts of their own. */
import { recipe } from '../recipe.ts';

export const expertAgent = recipe({
  name: 'EXPERT_AGENT',
  title: 'Expert Agent (United Kingdom)',
  sources: [
    'https://learningcentre.expertagent.co.uk (EA manual, using EA data in your website, XML upload specification)',
  ],
  version: 1,
  recognise: {
    roots: ['properties', 'branches', 'agency', 'root'],
    items: ['numeric_price|price_text', 'main_advert|advert_heading', 'department|priority'],
  },
  mode: 'snapshot',
  itemPath: '//property',
  fields: {
    id: ['@reference', 'property_reference', 'reference'],
    reference: ['property_reference', '@reference'],
    country: ['country', { value: 'GB' }],
    goal: [
      {
        path: 'department',
        map: { 'Residential Lettings': 'RENT', 'Residential Sales': 'SALE', Sales: 'SALE', Lettings: 'RENT', '*': '' },
      },
      'department',
    ],
    currency: ['currency', { value: 'GBP' }],
    price: ['price_text', 'numeric_price'],
    rentalPeriod: ['rental_period', { value: 'month' }],
    status: [
      { path: 'priority', for: 'RENT', map: { Completed: 'RENTED', 'On Market': 'ACTIVE' } },
      { path: 'priority', map: { 'Fallen Through': 'ACTIVE' } },
    ],
    type: [
      {
        path: 'property_style',
        map: {
          Detached: 'House',
          'Semi-Detached': 'Semi-detached house',
          Terraced: 'Townhouse',
          'End Terrace': 'Townhouse',
          'Mid Terrace': 'Townhouse',
          Bungalow: 'Bungalow',
          '*': '',
        },
        if: { path: 'property_type', is: 'House' },
      },
      'property_type',
      'property_style',
    ],
    bedrooms: 'bedrooms',
    bathrooms: 'bathrooms',
    province: 'county',
    city: 'town',
    district: 'district',
    address: { path: 'street', houseNumber: 'house_number' },
    postalCode: 'postcode',
    latitude: 'latitude',
    longitude: 'longitude',
    title: 'advert_heading',
    descriptions: { en: 'main_advert' },
    features: 'bullet*',
    images: { each: 'pictures/picture', path: 'filename', caption: '@name', files: true },
    externalUrl: ['web_link', 'weblink'],
    energyRating: 'epc_rating',
    modifiedAt: ['last_updated', 'lastUpdated'],
  },
});
