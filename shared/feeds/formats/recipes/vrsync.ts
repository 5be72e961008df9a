/**
 * Also Netimóveis' NETSync. `For Rent` and `Sale/Rent` add `RentalPrice` to `ListPrice`; `displayAddress` limits what
 * may be shown.
 */
import { recipe } from '../recipe.ts';

const price = (name: string): unknown => `Details/${name}/@currency`;

export const vrsync = recipe({
  name: 'VRSYNC',
  title: 'VRSync: VivaReal, ZAP, OLX (Brazil); NETSync',
  sources: [
    'https://developers.grupozap.com/feeds/vrsync/',
    'https://docs.redenetimoveis.com/integracao-portal-netimoveis/integracao-portal/formatos-de-xml/netsync/',
  ],
  version: 1,
  recognise: { roots: ['ListingDataFeed'], items: ['ListingID'], rootTells: true },
  mode: 'snapshot',
  itemPath: 'ListingDataFeed/Listings/Listing',
  fields: {
    id: 'ListingID',
    goal: [
      { path: 'TransactionType', map: { 'Sale/Rent': 'BOTH', 'For Sale': 'SALE', 'For Rent': 'RENT' } },
      { path: 'Details/ListPrice', yes: 'SALE' },
      { path: 'Details/RentalPrice', yes: 'RENT' },
    ],
    country: ['Location/Country/@abbreviation', 'Location/Country', { value: 'BR' }],
    currency: [
      { path: price('ListPrice'), for: 'SALE' },
      { path: price('RentalPrice'), for: 'RENT' },
      { value: 'BRL' },
    ],
    price: [
      { path: 'Details/ListPrice', for: 'SALE' },
      { path: 'Details/RentalPrice', for: 'RENT' },
    ],
    rentalPeriod: ['Details/RentalPrice/@period', { value: 'month' }],
    type: {
      path: 'Details/PropertyType',
      map: {
        'Residential / Condo': 'House',
        'Residential / Village House': 'Townhouse',
        'Residential / Sobrado': 'Townhouse',
        'Residential / Flat': 'Apartment',
        'Residential / Kitnet': 'Studio',
        'Residential / Land Lot': 'Land',
        'Residential / Farm Ranch': 'Country house',
        'Residential / Agricultural': 'Agricultural land',
        'Commercial / Land Lot': 'Land',
        'Commercial / Business': 'Business',
        'Commercial / Loja': 'Retail',
        'Commercial / Consultorio': 'Office',
        'Commercial / Edificio Residencial': 'Building',
        'Commercial / Edificio Comercial': 'Building',
        'Commercial / Residential Income': 'Building',
        'Commercial / Agricultural': 'Agricultural land',
        'Commercial / Studio': 'Studio',
        'Commercial / Garage': 'Garage',
      },
    },
    bedrooms: 'Details/Bedrooms',
    bathrooms: 'Details/Bathrooms',
    areaSqm: [
      { path: 'Details/LivingArea', unitPath: 'Details/LivingArea/@unit' },
      { path: 'Details/ConstructedArea', unitPath: 'Details/ConstructedArea/@unit' },
    ],
    plotAreaSqm: { path: 'Details/LotArea', unitPath: 'Details/LotArea/@unit' },
    province: ['Location/State', 'Location/State/@abbreviation'],
    city: 'Location/City',
    district: 'Location/Neighborhood',
    address: { path: 'Location/Address', houseNumber: 'Location/StreetNumber' },
    addressHidden: { path: 'Location/@displayAddress', map: { All: 'false', '*': 'true' } },
    postalCode: 'Location/PostalCode',
    latitude: 'Location/Latitude',
    longitude: 'Location/Longitude',
    title: 'Title',
    descriptions: { pt: 'Details/Description' },
    features: 'Details/Features/Feature',
    images: [{ each: 'Media/Item[@medium=image]', caption: '@caption', main: '@primary' }],
    externalUrl: 'DetailViewUrl',
    modifiedAt: 'LastUpdateDate',
  },
});
