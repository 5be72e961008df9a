/**
 * Category: type and deal. `FlatRoomsCount` 6 is more, 7 a free plan, 9 a studio. The address line has town and region.
 */
import { recipe } from '../recipe.ts';

const kinds: readonly (readonly [names: string, kind: string])[] = [
  ['flat newBuildingFlat flatShare dailyFlat', 'Apartment'],
  ['room dailyRoom bed dailyBed', 'Room'],
  ['house houseShare dailyHouse cottage', 'House'],
  ['townhouse', 'Townhouse'],
  ['land commercialLand', 'Land'],
  ['garage', 'Garage'],
  ['office', 'Office'],
  ['shoppingArea', 'Retail'],
  ['warehouse industry', 'Industrial'],
  ['building', 'Building'],
  ['business', 'Business'],
  ['freeAppointmentObject publicCatering carService domesticServices', 'Commercial'],
];
const names = kinds.flatMap(([list]) => list.split(' '));
const deals = Object.fromEntries(
  names.flatMap((name) => [
    [`${name}Sale`, 'SALE'],
    [`${name}Rent`, 'RENT'],
  ]),
);
const types = Object.fromEntries(
  kinds.flatMap(([list, kind]) =>
    list.split(' ').flatMap((name) => [
      [`${name}Sale`, kind],
      [`${name}Rent`, kind],
    ]),
  ),
);
const rooms = ['roomSale', 'roomRent', 'dailyRoomSale', 'dailyRoomRent'];
const daily = names.filter((name) => name.startsWith('daily')).map((name) => `${name}Rent`);

export const cian = recipe({
  name: 'CIAN',
  title: 'Cian, feed version 2 (Russia)',
  sources: ['https://www.cian.ru/xml_import/doc/'],
  version: 2,
  recognise: {
    roots: ['feed', 'Feed'],
    has: ['feed_version|Feed_Version|object'],
    items: ['ExternalId', 'Category', 'BargainTerms'],
  },
  mode: 'snapshot',
  itemPath: 'feed/object | Feed/object',
  fields: {
    id: 'ExternalId',
    country: { value: 'RU' },
    goal: { path: 'Category', map: deals },
    currency: ['BargainTerms/Currency', { value: 'RUB' }],
    price: {
      path: 'BargainTerms/Price',
      if: { path: 'BargainTerms/PriceType', not: ['squareMeter', 'hectare', 'sotka'] },
    },
    rentalPeriod: [
      { value: 'day', if: { path: 'Category', is: daily } },
      { path: 'BargainTerms/PaymentPeriod', map: { annual: 'year', monthly: 'month' } },
      { value: 'month' },
    ],
    type: { path: 'Category', map: types },
    bedrooms: [
      { path: 'RoomsForSaleCount', if: { path: 'Category', is: rooms } },
      { path: 'FlatRoomsCount', map: { '9': '0', '7': '' } },
      'BedroomsCount',
      {
        path: 'RoomsCount',
        if: { path: 'Category', not: ['officeSale', 'officeRent', 'shoppingAreaSale', 'shoppingAreaRent', ...rooms] },
      },
    ],
    areaSqm: [
      { path: 'RoomArea', unit: 'm2', if: { path: 'Category', is: rooms } },
      { path: 'TotalArea', unit: 'm2' },
      { path: 'Building/TotalArea', unit: 'm2' },
    ],
    plotAreaSqm: [{ path: 'Land/Area', unitPath: 'Land/AreaUnitType', unit: 'sotka' }],
    province: { path: 'Address', part: 'region' },
    city: [{ path: 'Address', part: 'town' }, 'SettlementName'],
    address: 'Address',
    latitude: 'Coordinates/Lat',
    longitude: 'Coordinates/Lng',
    title: 'Title',
    descriptions: { ru: 'Description' },
    images: [
      { each: 'Photos/PhotoSchema', path: 'FullUrl', main: 'IsDefault' },
      { each: 'PhotoSchema', path: 'FullUrl', main: 'IsDefault' },
      { each: 'LayoutPhoto', path: 'FullUrl' },
    ],
    features: [
      { path: 'HasGas', label: 'Gas' },
      { path: 'HasWater', label: 'Water' },
      { path: 'HasElectricity', label: 'Electricity' },
      { path: 'HasFurniture', label: 'Furnished' },
      { path: 'HasInternet', label: 'Internet' },
      { path: 'HasFridge', label: 'Fridge' },
      { path: 'HasWasher', label: 'Washing machine' },
      { path: 'HasConditioner', label: 'Air conditioning' },
      { path: 'BalconiesCount', label: 'Balcony' },
      { path: 'LoggiasCount', label: 'Loggia' },
      { path: 'HasParking', label: 'Parking' },
      { path: 'PetsAllowed', label: 'Pets allowed' },
    ],
  },
});
