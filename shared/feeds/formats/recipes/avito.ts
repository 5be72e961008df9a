/** Other goods have neither deal nor area. Plots, also of houses, are in sotkas. */
import { recipe } from '../recipe.ts';

const countryside = ['Земельные участки', 'Дома, дачи, коттеджи'];

export const avito = recipe({
  name: 'AVITO',
  title: 'Avito, real estate (Russia)',
  sources: [
    'https://autoload.avito.ru/format/',
    'http://studydoc.ru/doc/3767322/xml-format-importa-obyavlenij-na-avito.ru',
  ],
  version: 2,
  recognise: {
    roots: ['Ads'],
    items: ['Id', 'Category', 'OperationType', 'Square|LandArea|Rooms|ObjectType'],
  },
  mode: 'snapshot',
  itemPath: 'Ads/Ad',
  fields: {
    id: 'Id',
    country: ['Country', { value: 'RU' }],
    goal: 'OperationType',
    currency: { value: 'RUB' },
    price: {
      path: 'Price',
      if: { path: 'PriceType', not: ['за м2', 'за м²', 'за сотку', 'в месяц за м2', 'в месяц за м²', 'в год за м2'] },
    },
    rentalPeriod: [
      { path: 'LeaseType', map: { Посуточно: 'day', '*': 'month' } },
      { path: 'PriceType', map: { 'за год': 'year', 'в год': 'year', '*': 'month' } },
      { value: 'month' },
    ],
    type: [
      {
        path: 'ObjectType',
        map: {
          'Помещение свободного назначения': 'Commercial', 'Офисное помещение': 'Office',
          'Торговое помещение': 'Retail',
          'Складское помещение': 'Industrial', 'Производственное помещение': 'Industrial', 'Гостиница': 'Hotel',
          'Помещение общественного питания': 'Restaurant', 'Здание': 'Building', Коттедж: 'House',
          Дача: 'Country house',
          'Поселений (ИЖС)': 'Land', 'Сельхозназначения (СНТ, ДНП)': 'Land', Промназначения: 'Land', Дом: 'House',
          Таунхаус: 'Townhouse', Гараж: 'Garage', Машиноместо: 'Garage',
        },
      },
      {
        path: 'Category',
        map: {
          Квартиры: 'Apartment', Комнаты: 'Room', 'Дома, дачи, коттеджи': 'House', 'Земельные участки': 'Land',
          'Гаражи и машиноместа': 'Garage', 'Коммерческая недвижимость': 'Commercial', 'Недвижимость за рубежом': '',
        },
      },
    ], // prettier-ignore
    bedrooms: {
      path: ['Rooms', 'RoomsCount'],
      map: { Студия: '0', 'Своб. планировка': '', 'Свободная планировка': '', '10 и более': '10', '> 9': '10' },
    },
    areaSqm: { path: ['Square', 'HouseArea'], unit: 'm2', number: 'en' },
    plotAreaSqm: [
      { path: 'LandArea', unit: 'sotka', number: 'en', if: { path: 'Category', is: countryside } },
      { path: 'LandArea', unit: 'm2', number: 'en' },
    ],
    province: ['Region', { path: 'Address', part: 'region' }],
    city: ['City', { path: 'Address', part: 'town' }],
    district: 'District',
    address: ['Address', 'Street'],
    latitude: 'Latitude',
    longitude: 'Longitude',
    endOfOffer: 'DateEnd',
    title: 'Title',
    descriptions: { ru: 'Description' },
    images: ['Images/Image/@url', 'Layout', 'Layout/Image/@url'],
    features: [
      { path: 'BalconyOrLoggia', map: { Балкон: 'true', Лоджия: 'true', '*': '' }, label: 'Balcony' },
      { path: 'PassengerElevator', map: { Нет: '0', '*': '1' }, label: 'Lift' },
      { path: 'ParkingType', map: { Нет: '0', '*': '1' }, label: 'Parking' },
      { path: 'Heating', map: { Нет: '0', '*': '1' }, label: 'Heating' },
    ],
  },
});
