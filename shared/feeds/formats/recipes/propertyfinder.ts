/**
 * Square feet; `RS`, `RR`, `CS`, `CR`: residential or commercial, sale or rent; rents by period; `completion_status` is
 * the building's.
 */
import { recipe } from '../recipe.ts';

/** By currency: countries with square metres. */
const metric = ['EGP', 'SAR', 'QAR', 'BHD', 'LBP', 'MAD'];

export const propertyfinder = recipe({
  name: 'PROPERTY_FINDER',
  title: 'Property Finder (United Arab Emirates); Bayut, Dubizzle',
  sources: ['Public exporters for the portal: elements, codes of kinds, rental periods, amenities'],
  version: 2,
  recognise: {
    roots: ['list', 'properties', 'propertyfinder', 'Properties', 'xml'],
    items: ['reference_number', 'offering_type', 'community|sub_community|permit_number', 'property_type'],
  },
  mode: 'snapshot',
  itemPath: '*/property',
  fields: {
    id: 'reference_number',
    reference: 'reference_number',
    country: [
      { path: 'currency', map: { EGP: 'EG', SAR: 'SA', QAR: 'QA', BHD: 'BH', AED: 'AE', '*': '' } },
      { value: 'AE' },
    ],
    goal: 'offering_type',
    currency: ['currency', { value: 'AED' }],
    price: ['price', 'price/yearly', 'price/monthly', 'price/weekly', 'price/daily'],
    priceOnRequest: { path: 'price_on_application', yes: 'true' },
    rentalPeriod: ['rental_period', { value: 'year' }],
    type: {
      path: 'property_type',
      map: {
        AP: 'Apartment', VH: 'Villa', TH: 'Townhouse', PH: 'Penthouse', DX: 'Duplex', BU: 'Building', WB: 'Building',
        LP: 'Land', OF: 'Office', RE: 'Retail', SH: 'Retail', SR: 'Retail', WH: 'Industrial', FA: 'Industrial',
        HA: 'Apartment', CO: 'Building', BW: 'Bungalow', HF: 'Office', FF: 'Office', LC: 'Building', ST: 'Storage',
        BC: 'Office', CW: 'Office', RT: 'Restaurant', FM: 'Agricultural land',
      },
    }, // prettier-ignore
    bedrooms: ['bedroom', 'bedrooms'],
    bathrooms: ['bathroom', 'bathrooms'],
    areaSqm: [
      { path: 'size', unit: 'm2', if: { path: 'currency', is: metric } },
      { path: 'size', unit: 'sqft' },
    ],
    plotAreaSqm: [
      { path: 'plot_size', unit: 'm2', if: { path: 'currency', is: metric } },
      { path: 'plot_size', unit: 'sqft' },
    ],
    city: 'city',
    district: ['community', 'sub_community'],
    latitude: [{ path: ['geopoints', 'geopoint'], part: 2 }, 'latitude'],
    longitude: [{ path: ['geopoints', 'geopoint'], part: 1 }, 'longitude'],
    title: { en: ['title_en', 'title'], ar: 'title_ar' },
    descriptions: { en: ['description_en', 'description'], ar: 'description_ar' },
    features: [
      {
        path: ['private_amenities', 'amenities'],
        split: ',',
        map: {
          AC: 'Central air conditioning', BA: 'Balcony', BK: 'Built-in kitchen appliances', BL: 'View of landmark',
          BW: 'Built-in wardrobes', CP: 'Covered parking', CS: 'Concierge', LB: 'Lobby', MR: 'Maid’s room',
          MS: 'Maid service', PA: 'Pets allowed', PG: 'Private garden', PJ: 'Private jacuzzi', PP: 'Private pool',
          PY: 'Private gym', SE: 'Security', SP: 'Shared pool', SS: 'Shared spa', ST: 'Study', SY: 'Shared gym',
          VW: 'View of water', WC: 'Walk-in closet', CO: "Children's pool", PR: "Children's play area",
          BR: 'Barbecue area',
        },
      }, // prettier-ignore
      {
        path: 'furnished',
        map: { F: 'true', Furnished: 'true', Yes: 'true', Y: 'true', true: 'true', '1': 'true', '*': '' },
        label: 'Furnished',
      },
    ],
    images: ['photo/url', 'photos/url', 'images/image/url', 'photo/image'],
    modifiedAt: [{ path: ['@last_update', 'last_update'], order: 'mdy' }],
  },
});
