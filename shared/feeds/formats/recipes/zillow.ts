/** Square feet, lots in acres; `For Rent` is status and deal; half bathrooms count half. */
import { recipe } from '../recipe.ts';

export const zillow = recipe({
  name: 'ZILLOW',
  title: 'Zillow Interchange Format, HotPads and others that read it (United States)',
  sources: [
    'Zillow Listings Feed Guide, technical specification for V1.0.20 (2017-01-12)',
    'http://www.zillow.com/feeds/FeedsFAQ.htm',
  ],
  version: 1,
  recognise: { roots: ['Listings'], items: ['ListingDetails/Price|ListingDetails/Status', 'BasicDetails', 'Location'] },
  mode: 'snapshot',
  itemPath: 'Listings/Listing',
  fields: {
    id: ['ListingDetails/ProviderListingId', 'ListingDetails/MlsId'],
    reference: 'ListingDetails/MlsId',
    country: { value: 'US' },
    goal: { path: 'ListingDetails/Status', map: { 'For Rent': 'RENT', Rented: 'RENT', Leased: 'RENT', '*': 'SALE' } },
    currency: { value: 'USD' },
    price: 'ListingDetails/Price',
    rentalPeriod: { value: 'month' },
    status: {
      path: 'ListingDetails/Status',
      map: {
        'For Sale By Agent': 'ACTIVE',
        'For Sale By Owner': 'ACTIVE',
        'Pre-Foreclosure': 'ACTIVE',
        Foreclosure: 'ACTIVE',
      },
    },
    type: {
      path: 'BasicDetails/PropertyType',
      map: {
        SingleFamily: 'House', Condo: 'Apartment', Townhouse: 'Townhouse', Coop: 'Apartment', MultiFamily: 'Building',
        Manufactured: 'House', VacantLand: 'Land', Apartment: 'Apartment', Other: '',
      },
    }, // prettier-ignore
    bedrooms: 'BasicDetails/Bedrooms',
    bathrooms: [
      'BasicDetails/Bathrooms',
      { path: ['BasicDetails/FullBathrooms', 'BasicDetails/HalfBathrooms'], sum: [1, 0.5] },
    ],
    areaSqm: { path: 'BasicDetails/LivingArea', unit: 'sqft' },
    plotAreaSqm: { path: 'BasicDetails/LotSize', unit: 'acre' },
    province: 'Location/State',
    city: 'Location/City',
    address: { path: ['Location/StreetAddress', 'Location/UnitNumber'], join: ', ' },
    addressHidden: { path: 'Location/DisplayAddress', no: 'true' },
    postalCode: 'Location/Zip',
    latitude: ['Location/Lat', 'Location/Latitude'],
    longitude: ['Location/Long', 'Location/Longitude'],
    title: 'BasicDetails/Title',
    descriptions: { en: 'BasicDetails/Description' },
    images: { each: 'Pictures/Picture', path: 'PictureUrl', caption: 'Caption' },
    externalUrl: 'ListingDetails/ListingUrl',
    features: [
      { path: 'RichDetails/Pool', label: 'Pool' },
      { path: 'RichDetails/Fireplace', label: 'Fireplace' },
      { path: 'RichDetails/Elevator', label: 'Lift' },
      { path: 'RichDetails/Deck', label: 'Deck' },
      { path: 'RichDetails/Garden', label: 'Garden' },
      { path: 'RichDetails/Waterfront', label: 'Waterfront' },
      { path: 'RichDetails/Furnished', label: 'Furnished' },
    ],
  },
});
