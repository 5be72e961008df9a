/** Element names are types and, for homes, goals; data are attributes. `Importmodus` removes: absence means nothing. */
import { recipe } from '../recipe.ts';

const goals = {
  WohnungMiete: 'RENT', WohnungKauf: 'SALE', HausMiete: 'RENT', HausKauf: 'SALE', WAZ: 'RENT', WGZimmer: 'RENT',
  GarageKauf: 'SALE', GarageMiete: 'RENT', Anlageobjekt: 'SALE', Zwangsversteigerung: 'SALE', Typenhaus: 'SALE',
  TypenHaus: 'SALE', Fertighaus: 'SALE', GrundstueckWohnenKauf: 'SALE', GrundstueckWohnenMiete: 'RENT',
  KurzzeitMiete: 'RENT', SeniorenWohnen: 'RENT', '*': '',
}; // prettier-ignore
const kinds = {
  WohnungMiete: 'Apartment', WohnungKauf: 'Apartment', HausMiete: 'House', HausKauf: 'House', WAZ: 'Apartment',
  WGZimmer: 'Room', GarageKauf: 'Garage', GarageMiete: 'Garage', Anlageobjekt: 'Building', Typenhaus: 'House',
  TypenHaus: 'House', Fertighaus: 'House', GrundstueckWohnenKauf: 'Land', GrundstueckWohnenMiete: 'Land',
  GrundstueckGewerbe: 'Land', BueroPraxis: 'Office', Einzelhandel: 'Retail', Gastronomie: 'Restaurant',
  HalleProduktion: 'Industrial', SonstigeGewerbe: 'Commercial', '*': '',
}; // prettier-ignore
const categories = {
  Penthouse: 'Penthouse', Maisonette: 'Duplex', Loft: 'Loft', Dachgeschoss: 'Apartment', Villa: 'Villa',
  Bungalow: 'Bungalow', Bauernhaus: 'Country house', BurgSchloss: 'Castle', Reihenhaus: 'Townhouse',
  ReihenmittelHaus: 'Townhouse', ReiheneckHaus: 'Townhouse', Doppelhaushaelfte: 'Semi-detached house',
  Mehrfamilienhaus: 'Building', BesondereImmobilie: '', '*': '',
}; // prettier-ignore
const flag = (path: string, label: string): unknown => ({ path, label });

export const is24 = recipe({
  name: 'IS24',
  title: 'ImmobilienScout24 transfer (Germany)',
  sources: [
    'https://github.com/OpenEstate/OpenEstate-IO (IS24-XML: the schema in Java, and an example of each object)',
  ],
  version: 1,
  recognise: { roots: ['IS24ImmobilienTransfer'], has: ['Anbieter'], rootTells: true },
  mode: 'delta',
  itemPath: 'IS24ImmobilienTransfer/Anbieter/*',
  fields: {
    id: ['@AnbieterObjektID', '@ScoutObjektID'],
    reference: '@AnbieterObjektID',
    action: { path: '@Importmodus', map: { loeschen: 'remove', '*': 'upsert' } },
    country: ['Adresse/@Laenderkennzeichen', { value: 'DE' }],
    goal: [
      { path: 'name()', map: goals },
      { path: 'Vermarktung/*/name()', map: { Miete: 'RENT', Kauf: 'SALE', Pacht: 'RENT', Erbpacht: 'RENT', '*': '' } },
    ],
    currency: ['@Waehrung', { value: 'EUR' }],
    price: [
      'Kaufpreise/@Kaufpreis',
      '@Kaufpreis',
      'Vermarktung/Kauf/@Kaufpreis',
      'Mietpreise/@Kaltmiete',
      'Mietpreise/@Miete',
      'Mietpreise/@Warmmiete',
      'Pauschalmiete/@MietePauschal',
      { path: 'Vermarktung/Miete/@Kaltmiete', if: { path: 'Vermarktung/Miete/@Pro', not: 'Quadratmeter' } },
      'Vermarktung/@Preis',
      'Preis',
    ],
    rentalPeriod: [
      'Pauschalmiete/@MietePro',
      { path: 'Vermarktung/Miete/@Pro', map: { Quadratmeter: 'month' } },
      { value: 'month' },
    ],
    type: [
      {
        path: ['@WohnungKategorie', '@HausKategorie', '@WazKategorie', '@Objektkategorie2', '@ObjektKategorie2'],
        map: categories,
      },
      { path: 'name()', map: kinds },
      'Objektart',
    ],
    status: ['@StatusIS24', '@StatusHP'],
    bedrooms: '@AnzahlSchlafzimmer',
    bathrooms: '@AnzahlBadezimmer',
    areaSqm: [
      '@Wohnflaeche', '@BueroPraxisFlaeche', '@Verkaufsflaeche', '@LagerProduktionsFlaeche', '@GastraumFlaeche',
      '@Hauptflaeche', '@VermietbareFlaeche', '@Gesamtflaeche', '@Flaeche', '@Zimmerflaeche', '@Nutzflaeche',
    ], // prettier-ignore
    plotAreaSqm: '@GrundstuecksFlaeche',
    city: 'Adresse/@Ort',
    district: 'Adresse/@Ortsteil',
    address: { path: 'Adresse/@Strasse', houseNumber: 'Adresse/@Hausnummer' },
    addressHidden: { path: '@Adressdruck', no: 'true' },
    postalCode: 'Adresse/@Postleitzahl',
    latitude: 'Adresse/@Breitengrad',
    longitude: 'Adresse/@Laengengrad',
    title: '@Ueberschrift',
    descriptions: {
      de: { path: ['Objektbeschreibung', 'Lage', 'Ausstattung', 'SonstigeAngaben'], join: '\n\n' },
    },
    images: {
      each: 'MultimediaAnhang[@AnhangArt=*bild*]',
      path: '@Dateiname',
      caption: '@Titel',
      files: true,
    },
    energyRating: 'Energieausweis/@Energieeffizienzklasse',
    features: [
      { path: '@Zimmer', label: '{} rooms' },
      flag('@Aufzug', 'Lift'),
      flag('@BalkonTerrasse', 'Balcony or terrace'),
      flag('@Keller', 'Cellar'),
      flag('@Einbaukueche', 'Fitted kitchen'),
      flag('@GaesteWC', 'Guest toilet'),
      flag('@Barrierefrei', 'Barrier-free'),
      flag('@GartenBenutzung', 'Garden'),
      flag('@AnzahlGaragenStellplaetze', 'Parking'),
    ],
  },
});
