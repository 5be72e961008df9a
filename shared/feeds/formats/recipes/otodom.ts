/** `ImportType` is the mode; `Action` 1 and 2 remove. Kinds, provinces and currencies are codes; all rooms count. */
import { recipe } from '../recipe.ts';

const provinces = (
  'dolnośląskie kujawsko-pomorskie lubelskie lubuskie łódzkie małopolskie mazowieckie opolskie podkarpackie ' +
  'podlaskie pomorskie śląskie świętokrzyskie warmińsko-mazurskie wielkopolskie zachodniopomorskie'
).split(' ');
const isPlot = { path: 'ObjectName', is: '2' };

export const otodom = recipe({
  name: 'OTODOM',
  title: 'otoDom (Poland)',
  sources: ['https://github.com/pientkrz/real-estate-vendor (fields and codes of the import format 170130)'],
  version: 1,
  recognise: { roots: ['otoDom'], has: ['ImportType|Insertions'], rootTells: true },
  mode: { path: 'ImportType', words: { full: 'snapshot', incremental: 'delta' }, otherwise: 'delta' },
  itemPath: 'otoDom/Insertions/Insertion',
  fields: {
    id: 'ID',
    reference: 'ID',
    action: { path: 'Action', map: { '1': 'remove', '2': 'remove', '*': 'upsert' } },
    country: [{ path: 'Country', map: { '1': 'PL' } }, { value: 'PL' }],
    goal: { path: 'OfferType', map: { '0': 'SALE', '1': 'RENT' } },
    currency: [
      { path: 'PriceCurrency', map: { '1': 'PLN', '2': 'EUR', '3': 'GBP', '4': 'USD', '5': 'AED', '6': 'EGP' } },
      { value: 'PLN' },
    ],
    price: { path: 'Price', number: 'en' },
    rentalPeriod: { value: 'month' },
    type: [
      {
        path: 'HouseDetails/BuildingType',
        map: { '1': 'Semi-detached house', '2': 'Townhouse', '5': 'Country house', '*': '' },
      },
      {
        path: 'ObjectName',
        map: {
          '0': 'Apartment', '1': 'House', '2': 'Land', '3': 'Room', '4': 'Commercial', '5': 'Industrial',
          '6': 'Garage',
        },
      }, // prettier-ignore
    ],
    areaSqm: { path: 'Area', unit: 'm2', number: 'en', if: { path: 'ObjectName', not: '2' } },
    plotAreaSqm: [
      { path: 'Area', unit: 'm2', number: 'en', if: isPlot },
      { path: ['HouseDetails/TerrainArea', 'CommercialPropertyDetails/TerrainArea'], unit: 'm2', number: 'en' },
    ],
    province: {
      path: 'Province',
      map: Object.fromEntries(provinces.map((name, at) => [String(at + 1), name])),
    },
    city: 'City',
    district: 'Quarter',
    address: 'Street',
    latitude: 'GeoMarker/Latitude',
    longitude: 'GeoMarker/Longitude',
    title: 'Title',
    descriptions: { pl: 'Description' },
    images: { each: 'Photos/Photo', path: 'File', position: 'Position', files: true },
    features: [
      { path: ['FlatDetails/RoomsNum', 'HouseDetails/RoomsNum'], label: '{} rooms' },
      {
        path: 'FlatDetails/ExtrasMask/value',
        map: {
          '0': 'Balcony', '2': 'Garage', '3': 'Cellar', '4': 'Garden', '5': 'Terrace', '6': 'Lift',
          '9': 'Air conditioning', '*': '',
        },
      }, // prettier-ignore
      {
        path: 'HouseDetails/ExtrasMask/value',
        map: { '0': 'Cellar', '2': 'Garage', '3': 'Pool', '6': 'Air conditioning', '7': 'Furnished', '*': '' },
      },
      { path: ['FlatDetails/Furnished', 'HouseDetails/Furnished', 'RoomDetails/Furnished'], label: 'Furnished' },
    ],
  },
});
