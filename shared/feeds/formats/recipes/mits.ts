/**
 * Rentals by unit. Address, point, texts and pictures are the building's; rent, rooms, area and availability the
 * unit's.
 */
import { recipe } from '../recipe.ts';
import { picturesFirst } from './mits-pictures.ts';

const unit = (name: string): string => `Units/Unit/${name}`;

/** Of the building around units and floor plans. */
export const building = {
  idScope: ['../@IDValue', '../PropertyID/Identification/@IDValue', '../PropertyID/Identification/PrimaryID'],
  country: ['../PropertyID/Address/CountryName', '../PropertyID/Address/Country', { value: 'US' }],
  goal: { value: 'RENT' },
  currency: { value: 'USD' },
  rentalPeriod: { value: 'month' },
  type: { value: 'Apartment' },
  province: ['../PropertyID/Address/State', '../PropertyID/Address/Province'],
  city: '../PropertyID/Address/City',
  address: ['../PropertyID/Address/AddressLine1', '../PropertyID/Address/Address1', '../PropertyID/Address/Address'],
  postalCode: ['../PropertyID/Address/PostalCode', '../PropertyID/Address/Zip'],
  latitude: '../ILS_Identification/Latitude',
  longitude: '../ILS_Identification/Longitude',
  descriptions: { en: ['Comment', '../Information/LongDescription', '../Information/ShortDescription'] },
  images: ['File/Src', '../File/Src'],
  externalUrl: '../PropertyID/WebSite',
};

export const mits = recipe({
  name: 'MITS',
  title: 'MITS, Multifamily Information and Transactions Standard (United States)',
  sources: ['https://developer.fortresstech.io/ils-integration/unit-availability/response-model (MITS 4.1)'],
  version: 2,
  recognise: { roots: ['PhysicalProperty'], has: ['Property'], rootTells: true },
  mode: 'snapshot',
  arrange: picturesFirst,
  itemPath: 'PhysicalProperty/Property/ILS_Unit',
  fields: {
    ...building,
    id: ['@IDValue', '@Id', unit('Identification/@IDValue'), unit('Identification/PrimaryID'), unit('MarketingName')],
    reference: [unit('MarketingName')],
    price: [
      unit('MarketRent'),
      unit('UnitRent'),
      'EffectiveRent/@Min',
      'EffectiveRent/@Avg',
      'EffectiveRent',
      'MarketRent/@Min',
      'MarketRent',
    ],
    status: [
      {
        path: unit('UnitLeasedStatus'),
        map: {
          available: 'ACTIVE',
          on_notice: 'ACTIVE',
          leased: 'RENTED',
          leased_on_notice: 'ACTIVE',
          leased_reserved: 'RESERVED',
          reserved: 'RESERVED',
          other: 'WITHDRAWN',
        },
      },
      {
        path: unit('UnitEconomicStatus'),
        map: { residential: '', down: 'WITHDRAWN', model: 'WITHDRAWN', office: 'WITHDRAWN', '*': '' },
      },
      { path: unit('UnitOccupancyStatus'), map: { vacant: 'ACTIVE', occupied: 'RENTED', '*': '' } },
    ],
    bedrooms: unit('UnitBedrooms'),
    bathrooms: unit('UnitBathrooms'),
    areaSqm: { path: [unit('MinSquareFeet'), unit('MaxSquareFeet'), unit('SquareFeet')], unit: 'sqft' },
    title: { path: ['../PropertyID/MarketingName', unit('MarketingName')], join: ', ' },
  },
});
