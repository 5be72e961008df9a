/** Communities that list no units: each floor plan is a listing, while units of it are available. */
import { recipe } from '../recipe.ts';
import { building } from './mits.ts';
import { picturesFirst } from './mits-pictures.ts';

const rooms = (kind: string): string[] => [`Room[@RoomType=${kind}]/Count`, `Room[@Type=${kind}]/Count`];
const range = (name: string): unknown => ({ path: [`${name}/@Min`, `${name}/@Max`], join: ' - ' });

export const mitsFloorplans = recipe({
  name: 'MITS_FLOORPLANS',
  title: 'MITS by floor plan, without units (United States)',
  sources: [
    'https://developer.fortresstech.io/ils-integration/unit-availability/response-model (MITS 4.1)',
    'Public readers of MITS files: Floorplan with counts of units and rooms, ranges of rent and size',
  ],
  version: 2,
  recognise: {
    roots: ['PhysicalProperty'],
    has: ['Property/Floorplan'],
    lacks: ['Property/ILS_Unit'],
    items: ['Name|@IDValue|Identification', 'Room|SquareFeet|MarketRent|EffectiveRent'],
  },
  mode: 'snapshot',
  arrange: picturesFirst,
  itemPath: 'PhysicalProperty/Property/Floorplan',
  fields: {
    ...building,
    id: ['@IDValue', '@Id', 'Identification/@IDValue', 'Identification/PrimaryID', 'Name'],
    reference: 'Name',
    price: [range('MarketRent'), 'MarketRent', range('EffectiveRent'), 'EffectiveRent/@Avg', 'EffectiveRent'],
    status: { path: ['UnitsAvailable', 'DisplayedUnitsAvailable'], yes: 'ACTIVE', no: 'RENTED' },
    bedrooms: rooms('Bedroom'),
    bathrooms: rooms('Bathroom'),
    areaSqm: { path: ['SquareFeet/@Min', 'SquareFeet/@Avg', 'SquareFeet'], unit: 'sqft' },
    title: { path: ['../PropertyID/MarketingName', 'Name'], join: ', ' },
    externalUrl: ['FloorplanAvailabilityURL', '../PropertyID/WebSite'],
  },
});
