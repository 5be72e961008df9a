/** By ListHub and others. `MlsId` is the sender's, alike in all listings; prices may repeat in other currencies. */
import { recipe } from '../recipe.ts';

export const reso = recipe({
  name: 'RESO',
  title: 'RESO / RETS syndication: ListHub, LandSearch and others (United States)',
  sources: ['https://listhub.com/syndication-specification', 'https://direct.landsearch.com/feed/specs'],
  version: 2,
  recognise: {
    roots: ['Listings'],
    items: ['ListPrice', 'ListingKey|MlsNumber|MlsId', 'Address|ListingCategory'],
  },
  mode: 'snapshot',
  itemPath: 'Listings/Listing',
  fields: {
    id: ['ListingKey', 'MlsNumber'],
    reference: 'MlsNumber',
    country: ['Address/Country', { value: 'US' }],
    goal: [
      {
        path: 'ListingCategory',
        map: { Purchase: 'SALE', Lease: 'RENT', Rent: 'RENT', Rental: 'RENT', 'For Sale': 'SALE', 'For Rent': 'RENT' },
      },
      {
        path: 'PropertyType',
        map: { 'Residential Lease': 'RENT', Rental: 'RENT', 'Commercial Lease': 'RENT', '*': 'SALE' },
      },
    ],
    currency: ['ListPrice/@currencyCode', { value: 'USD' }],
    price: ['ListPrice', 'ListPriceLow'],
    rentalPeriod: [
      {
        path: ['ListPrice/@currencyPeriod', 'ListPrice/@period'],
        map: { Month: 'month', Week: 'week', Year: 'year', Day: 'day', Night: 'day' },
      },
      { value: 'month' },
    ],
    status: [
      { path: ['ListingStatus', 'StandardStatus'], for: 'RENT', map: { Closed: 'RENTED', Leased: 'RENTED' } },
      'ListingStatus',
      'StandardStatus',
    ],
    type: [
      {
        path: 'PropertySubType',
        map: {
          'Single Family Detached': 'House', 'Single Family Attached': 'Townhouse',
          'Single Family Residence': 'House',
          Condominium: 'Apartment', Apartment: 'Apartment', Townhouse: 'Townhouse', Duplex: 'Duplex',
          Triplex: 'Building',
          Quadruplex: 'Building', 'Manufactured Home': 'House', 'Mobile Home': 'House',
          'Stock Cooperative': 'Apartment',
          Cooperative: 'Apartment', Farm: 'Agricultural land', Ranch: 'Agricultural land',
          'Unimproved Land': 'Land', 'Vacant Land': 'Land', Other: '',
          'Deeded Parking': 'Garage', Cabin: 'House', 'Own Your Own': 'Apartment',
        },
      },
      {
        path: 'PropertyType',
        map: {
          Residential: 'House', 'Residential Income': 'Building', 'Residential Lease': 'Apartment',
          Rental: 'Apartment',
          Land: 'Land', 'Lots And Land': 'Land', 'Lots and Land': 'Land', Farm: 'Agricultural land',
          'Farm And Agriculture': 'Agricultural land', MultiFamily: 'Building',
          'Commercial Sale': 'Commercial', 'Commercial Lease': 'Commercial',
          'Business Opportunity': 'Business', 'Manufactured In Park': 'House', Commercial: 'Commercial',
        },
      },
    ], // prettier-ignore
    bedrooms: ['Bedrooms', 'BedroomsTotal'],
    bathrooms: [
      'Bathrooms',
      {
        path: ['FullBathrooms', 'ThreeQuarterBathrooms', 'HalfBathrooms', 'OneQuarterBathrooms', 'PartialBathrooms'],
        sum: [1, 1, 0.5, 0.5, 0.5],
      },
    ],
    areaSqm: { path: 'LivingArea', unitPath: 'LivingArea/@areaUnits', unit: 'sqft' },
    plotAreaSqm: { path: 'LotSize', unitPath: 'LotSize/@areaUnits', unit: 'acre' },
    province: 'Address/StateOrProvince',
    city: 'Address/City',
    district: ['Location/Subdivision', 'Location/Community/Subdivision'],
    address: { path: ['Address/FullStreetAddress', 'Address/UnitNumber'], join: ', ' },
    addressHidden: [
      { path: 'DiscloseAddress', no: 'true' },
      { path: 'Location/DisplayAddress', no: 'true' },
      { path: ['MarketingInformation/PermitAddressOnInternet', 'PermitAddressOnInternet'], no: 'true' },
      { path: ['InternetAddressDisplayYN', 'MarketingInformation/InternetAddressDisplayYN'], no: 'true' },
    ],
    postalCode: 'Address/PostalCode',
    latitude: 'Location/Latitude',
    longitude: 'Location/Longitude',
    title: 'ListingTitle',
    descriptions: { en: 'ListingDescription' },
    images: { each: 'Photos/Photo', path: 'MediaURL', caption: 'MediaCaption', position: 'MediaOrderNumber' },
    externalUrl: 'ListingURL',
    modifiedAt: ['ModificationTimestamp', 'DetailedCharacteristics/ModificationTimestamp'],
    features: [
      { path: 'DetailedCharacteristics/HasPool', label: 'Pool' },
      { path: 'DetailedCharacteristics/HasFireplace', label: 'Fireplace' },
      { path: 'DetailedCharacteristics/HasElevator', label: 'Lift' },
      { path: 'DetailedCharacteristics/HasGarden', label: 'Garden' },
      { path: 'DetailedCharacteristics/HasDeck', label: 'Deck' },
      { path: 'DetailedCharacteristics/IsNewConstruction', label: 'New build' },
      { path: 'DetailedCharacteristics/IsWaterfront', label: 'Waterfront' },
    ],
  },
});
