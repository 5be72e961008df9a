/** By Lagler: OpenImmo's older relative. `umfang` is the mode. */
import { recipe } from '../recipe.ts';

const yes = (...paths: readonly string[]): unknown => paths;

export const immoxml = recipe({
  name: 'IMMOXML',
  title: 'ImmoXML (Germany)',
  sources: ['https://github.com/OpenEstate/OpenEstate-IO (ImmoXML 3.0: the schema in Java, and an example)'],
  version: 2,
  recognise: { roots: ['immoxml'], has: ['anbieter'], rootTells: true },
  mode: { path: 'uebertragung/@umfang', words: { VOLL: 'snapshot', TEIL: 'delta' }, otherwise: 'delta' },
  itemPath: 'immoxml/anbieter/immobilie',
  fields: {
    idScope: ['../immoxml_anid', '../anbieternr'],
    id: ['verwaltung_techn/immoxml_obid', 'verwaltung_techn/objektnr_extern', 'verwaltung_techn/objektnr_intern'],
    reference: ['verwaltung_techn/objektnr_extern', 'verwaltung_techn/objektnr_intern'],
    action: { path: 'verwaltung_techn/aktion/@aktionart', map: { DELETE: 'remove', '*': 'upsert' } },
    status: { path: 'verwaltung_techn/aktion/@aktionart', map: { REFERENZ: 'SOLD', '*': '' } },
    country: ['geo/land/@iso_land', { value: 'DE' }],
    goal: [
      { path: 'objektkategorie/vermarktungsart/@KAUF', yes: 'SALE' },
      { path: 'objektkategorie/vermarktungsart/@MIETE_PACHT', yes: 'RENT' },
      { path: 'preise/kaufpreis', yes: 'SALE' },
      { path: ['preise/nettokaltmiete', 'preise/kaltmiete', 'preise/warmmiete'], yes: 'RENT' },
    ],
    currency: ['preise/waehrung/@iso_waehrung', { value: 'EUR' }],
    price: [
      { path: 'preise/kaufpreis', for: 'SALE' },
      { path: yes('preise/nettokaltmiete', 'preise/kaltmiete', 'preise/warmmiete', 'preise/pacht'), for: 'RENT' },
    ],
    priceOnRequest: { path: 'preise/kaufpreis/@auf_anfrage', yes: 'true' },
    rentalPeriod: ['preise/preis_zeiteinheit/@zeiteinheit', { value: 'month' }],
    type: [
      {
        path: 'objektkategorie/objektart/*/@*',
        map: {
          MAISONETTE: 'Duplex', PENTHOUSE: 'Penthouse', LOFT: 'Loft', REIHENHAUS: 'Townhouse', REIHENEND: 'Townhouse',
          REIHENMITTEL: 'Townhouse', REIHENECK: 'Townhouse', DOPPELHAUSHAELFTE: 'Semi-detached house', VILLA: 'Villa',
          BUNGALOW: 'Bungalow', BAUERNHAUS: 'Country house', LANDHAUS: 'Country house', SCHLOSS: 'Castle',
          BURG: 'Castle', MEHRFAMILIENHAUS: 'Building', FERIENHAUS: 'Holiday home', FERIENWOHNUNG: 'Holiday home',
          RESTAURANT: 'Restaurant', '*': '',
        },
      }, // prettier-ignore
      {
        path: 'objektkategorie/objektart/*/name()',
        map: {
          wohnung: 'Apartment', haus: 'House', grundstueck: 'Land', buero_praxen: 'Office', einzelhandel: 'Retail',
          gastgewerbe: 'Hotel', hallen_lager_prod: 'Industrial', zimmer: 'Room', parken: 'Garage',
          zinshaus_renditeobjekt: 'Building', land_und_forstwirtschaft: 'Agricultural land',
          freizeitimmobilie_gewerblich: 'Commercial', sonstige: '',
        },
      }, // prettier-ignore
    ],
    bedrooms: 'flaechen/anzahl_schlafzimmer',
    bathrooms: 'flaechen/anzahl_badezimmer',
    areaSqm: ['flaechen/wohnflaeche', 'flaechen/nutzflaeche', 'flaechen/gesamtflaeche'],
    plotAreaSqm: 'flaechen/grundstuecksflaeche',
    province: 'geo/bundesland',
    city: 'geo/ort',
    district: 'geo/regionaler_zusatz',
    address: { path: 'geo/strasse', houseNumber: 'geo/hausnummer' },
    addressHidden: { path: 'verwaltung_objekt/objektadresse_freigeben', no: 'true' },
    postalCode: 'geo/plz',
    latitude: 'geo/geokoordinaten/@breitengrad',
    longitude: 'geo/geokoordinaten/@laengengrad',
    title: ['freitexte/objekttitel', 'freitexte/dreizeiler'],
    descriptions: {
      de: {
        path: [
          'freitexte/objektbeschreibung',
          'freitexte/lage',
          'freitexte/ausstatt_beschr',
          'freitexte/sonstige_angaben',
        ],
        join: '\n\n',
      },
    },
    images: { each: 'anhaenge/anhang', path: 'daten/pfad', caption: 'anhangtitel', files: true },
    modifiedAt: 'verwaltung_techn/stand_vom',
    features: [
      { path: 'flaechen/anzahl_zimmer', label: '{} rooms' },
      { path: 'ausstattung/kamin', label: 'Fireplace' },
      { path: 'ausstattung/sauna', label: 'Sauna' },
      { path: 'ausstattung/swimmingpool', label: 'Pool' },
      { path: 'ausstattung/klimatisiert', label: 'Air conditioning' },
      { path: 'ausstattung/fahrstuhl/@PERSONEN', label: 'Lift' },
      { path: 'ausstattung/rollstuhlgerecht', label: 'Wheelchair access' },
    ],
  },
});
