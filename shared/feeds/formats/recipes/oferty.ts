/**
 * By Galactica Virgo, IMO and others. `oferta_usun` removes. The section gives type and goal, parameters the rest.
 * `liczbapokoi` counts all rooms.
 */
import { recipe } from '../recipe.ts';

const param = (name: string): string => `param[@nazwa=${name}]`;
const sections = {
  mieszkania: 'Apartment',
  domy: 'House',
  dzialki: 'Land',
  lokale: 'Commercial',
  obiekty: 'Commercial',
  hale: 'Industrial',
  garaze: 'Garage',
  pokoje: 'Room',
};
const isPlot = { path: '../@tab', is: 'dzialki' };
const flag = (name: string, label: string): unknown => ({ path: param(name), label });

export const oferty = recipe({
  name: 'OFERTY_NET',
  title: 'oferty.net (Poland): Galactica, IMO, ASARI and others',
  sources: [
    'https://www.oferty.net/import (format 0.4)',
    'Public descriptions of exports of Galactica Virgo and IMO: header, sections, parameters, oferta_usun',
  ],
  version: 1,
  recognise: { roots: ['plik'], has: ['header', 'lista_ofert|oferta_usun'], rootTells: true },
  mode: {
    path: 'header/zawartosc_pliku',
    words: {
      calosc: 'snapshot',
      całość: 'snapshot',
      pełny: 'snapshot',
      pelny: 'snapshot',
      roznica: 'delta',
      różnica: 'delta',
    },
    otherwise: 'delta',
  },
  itemPath: 'plik/lista_ofert/dzial/oferta',
  removals: {
    itemPath: 'plik/lista_ofert/oferta_usun | plik/lista_ofert/dzial/oferta_usun | plik/oferta_usun',
    id: 'id',
  },
  fields: {
    id: 'id',
    reference: [param('numer_oferty'), 'id'],
    country: [param('kraj'), 'location/area[@level=1]', { value: 'PL' }],
    goal: ['../@typ'],
    currency: ['cena/@waluta', { value: 'PLN' }],
    price: { path: 'cena', number: 'pl' },
    rentalPeriod: { value: 'month' },
    type: { path: '../@tab', map: sections },
    bedrooms: param('liczba_sypialni'),
    bathrooms: param('liczbalazienek'),
    areaSqm: { path: param('powierzchnia'), number: 'pl', unit: 'm2', if: { path: '../@tab', not: 'dzialki' } },
    plotAreaSqm: [
      { path: param('powierzchniadzialki'), number: 'pl', unit: 'm2' },
      { path: param('powierzchnia'), number: 'pl', unit: 'm2', if: isPlot },
    ],
    province: [param('wojewodztwo'), 'location/area[@level=2]'],
    city: [param('miasto'), 'location/area[@level=4]', param('powiat'), 'location/area[@level=3]'],
    district: [param('dzielnica'), 'location/area[@level=5]'],
    address: param('ulica'),
    postalCode: param('kod_pocztowy'),
    latitude: { path: param('n_geo_y'), number: 'pl' },
    longitude: { path: param('n_geo_x'), number: 'pl' },
    title: [param('advertisement_text'), param('tytul')],
    descriptions: {
      pl: [{ path: `${param('opis')}/linia`, join: '\n' }, param('opis')],
      en: [{ path: `${param('opis_en')}/linia`, join: '\n' }, param('opis_en')],
    },
    images: { path: param('zdjecie*'), files: true },
    modifiedAt: param('dataaktualizacji'),
    features: [
      { path: param('liczbapokoi'), label: '{} rooms' },
      flag('balkon', 'Balcony'),
      flag('taras', 'Terrace'),
      flag('piwnica', 'Cellar'),
      flag('winda', 'Lift'),
      flag('garaz', 'Garage'),
      flag('klimatyzacja', 'Air conditioning'),
      flag('rynek_pierwotny', 'New build'),
    ],
  },
});
