import { normalise } from './normalise.ts';
import { remember } from './remember.ts';
import { createThesaurus, phrasesOf } from './thesaurus.ts';

/** Types of property as agents and feeds write them. Whoever looks for one also gets its kinds. */
export const propertyTypes = createThesaurus({
  residential: {
    words: ['residential', 'home', 'residence', 'dwelling', 'wohnen', 'vivienda'],
    kinds: ['house', 'apartment', 'mobile-home'],
  },
  'mobile-home': { words: ['mobile home', 'mobil home', 'static caravan', 'caravan', 'park home'] },
  house: {
    words: ['house', 'casa', 'haus', 'maison', 'дом', 'κατοικία', 'wohnhaus', 'family house', 'sobrado', 'moradia'],
    kinds: ['detached', 'semi-detached', 'townhouse', 'country-house'],
  },
  detached: {
    words: [
      'detached',
      'detached house',
      'detached home',
      'single family home',
      'single family house',
      'einfamilienhaus',
      'freistehendes einfamilienhaus',
      'freistehendes haus',
      'casa independiente',
      'chalet independiente',
      'maison individuelle',
      'μονοκατοικία',
      'casa isolada',
      'link-detached',
      'chalet',
    ],
    kinds: ['villa', 'bungalow', 'mansion'],
  },
  villa: {
    words: ['villa', 'detached villa', 'luxury villa', 'βίλα', 'έπαυλη', 'вилла', 'stadtvilla', 'villa independiente'],
  },
  'semi-detached': {
    words: [
      'semi-detached',
      'semi-detached house',
      'semi-detached villa',
      'semi',
      'duplex house',
      'pareado',
      'casa pareada',
      'chalet pareado',
      'villa pareada',
      'doppelhaushälfte',
      'doppelhaus',
      'dhh',
      'geminada',
      'casa geminada',
      'таунхаус на две семьи',
      'jumelée',
    ],
  },
  townhouse: {
    words: [
      'townhouse',
      'town house',
      'terraced',
      'terraced house',
      'terrace house',
      'row house',
      'linked house',
      'adosado',
      'reihenhaus',
      'reihenmittelhaus',
      'reihenendhaus',
      'reiheneckhaus',
      'end of terrace',
      'end terrace',
      'mid terrace',
      'chalet adosado',
      'casa adosada',
      'таунхаус',
      'terrace',
      'maison de ville',
    ],
  },
  bungalow: { words: ['bungalow'] },
  'country-house': {
    words: [
      'country house',
      'farmhouse',
      'farm house',
      'stone house',
      'village house',
      'cottage',
      'finca',
      'cortijo',
      'masia',
      'rustico',
      'bauernhaus',
      'mas',
    ],
  },
  mansion: { words: ['mansion', 'estate', 'manor', 'castle'] },
  apartment: {
    words: [
      'apartment',
      'flat',
      'unit',
      'condo',
      'condominium',
      'apartamento',
      'piso',
      'appartement',
      'appartamento',
      'wohnung',
      'eigentumswohnung',
      'etagenwohnung',
      'διαμέρισμα',
      'квартира',
      'apto',
      'mietwohnung',
      'geschosswohnung',
    ],
    kinds: ['penthouse', 'studio', 'maisonette', 'ground-floor-apartment', 'loft'],
  },
  penthouse: { words: ['penthouse', 'ático', 'attic apartment', 'top floor apartment', 'ρετιρέ'] },
  studio: { words: ['studio', 'studio apartment', 'studio flat', 'bedsit', 'estudio', 'γκαρσονιέρα', 'στούντιο'] },
  maisonette: { words: ['maisonette', 'duplex', 'duplex apartment', 'triplex', 'μεζονέτα'] },
  'ground-floor-apartment': {
    words: ['ground floor apartment', 'ground floor flat', 'garden apartment', 'planta baja', 'erdgeschosswohnung'],
  },
  loft: { words: ['loft', 'loft apartment', 'dachgeschosswohnung'] },
  land: {
    words: [
      'land',
      'plot',
      'plot of land',
      'building plot',
      'field',
      'terreno',
      'lote',
      'baugrundstück',
      'bauplatz',
      'участок',
      'section',
      'vacant land',
      'parcela',
      'solar',
      'grundstück',
      'terrain',
      'οικόπεδο',
      'χωράφι',
      'γη',
    ],
    kinds: ['agricultural-land'],
  },
  'agricultural-land': {
    words: ['agricultural land', 'agricultural', 'farm land', 'farmland', 'terreno rustico', 'ackerland'],
  },
  commercial: {
    words: ['commercial', 'commercial property', 'business', 'local comercial', 'gewerbe', 'επαγγελματικός χώρος'],
    kinds: ['office', 'shop', 'warehouse', 'building', 'hotel', 'restaurant'],
  },
  office: {
    words: ['office', 'office space', 'offices', 'oficina', 'ufficio', 'büro', 'bureau', 'γραφείο'],
    kinds: ['office-building'],
  },
  'office-building': { words: ['office building', 'office block', 'bürogebäude', 'edificio de oficinas'] },
  shop: { words: ['shop', 'retail', 'retail space', 'store', 'showroom', 'tienda', 'laden', 'κατάστημα'] },
  warehouse: {
    words: [
      'warehouse',
      'industrial',
      'industrial unit',
      'industrial warehouse',
      'storage',
      'factory',
      'nave industrial',
      'lagerhalle',
      'αποθήκη',
    ],
  },
  building: {
    words: [
      'building',
      'residential building',
      'apartment building',
      'apartment block',
      'whole building',
      'block',
      'block of flats',
      'block of apartments',
      'mehrfamilienhaus',
      'zinshaus',
      'wohnblock',
      'prédio',
      'edificio de viviendas',
      'многоквартирный дом',
      'πολυκατοικία',
      'edificio',
      'gebäude',
      'κτίριο',
    ],
    kinds: ['office-building'],
  },
  hotel: { words: ['hotel', 'guest house', 'guesthouse', 'hostel', 'ξενοδοχείο'] },
  restaurant: { words: ['restaurant', 'bar', 'cafe', 'taverna', 'εστιατόριο'] },
  parking: {
    words: [
      'parking',
      'garage',
      'garages',
      'lock-up',
      'lock up garage',
      'parking space',
      'parking spot',
      'car space',
      'garaje',
      'plaza de garaje',
      'plaza de aparcamiento',
      'cochera',
      'stellplatz',
      'tiefgaragenstellplatz',
      'tiefgarage',
      'carport',
      'garagem',
      'vaga de garagem',
      'box auto',
      'гараж',
      'паркинг',
      'γκαράζ',
    ],
  },
});

/** Words that stand beside a type and say little of their own, the least telling last: alone, they are the type. */
const general = [
  'residential',
  'home',
  'residence',
  'dwelling',
  'wohnen',
  'vivienda',
  'commercial',
  'business',
  'gewerbe',
  'unit',
].map(normalise);

/** After these words comes what belongs to the type and is none: `shop with apartment`, `villa de lujo`. */
const connections = new Set(
  [
    'with',
    'and',
    'for',
    'in',
    'of',
    'on',
    'at',
    'by',
    'near',
    'mit',
    'und',
    'für',
    'am',
    'auf',
    'con',
    'y',
    'para',
    'en',
    'de',
    'di',
    'du',
    'avec',
    'et',
    'pour',
    'με',
    'και',
    'για',
  ].map(normalise),
);

/** More letters than a type and what adorns it have: what is longer is a description in the wrong field. */
const maxLetters = 100;

interface Named {
  readonly type: string;
  /** 0: a type; more: a general word, the larger the less it says; Infinity: a word that the table does not know. */
  readonly rank: number;
}

/**
 * The types that a text names, which may be several: `Villa / Detached`. Empty: it says nothing. A word that the table
 * does not know means itself.
 */
export const typesIn: (text: string) => readonly string[] = remember((text) => {
  const whole = propertyTypes.known(text);
  return whole === undefined ? [...new Set(text.split(/[,;/|+]/).flatMap(typesOf))] : [whole];
});

/**
 * General words count when nothing beside them names a type: `Retail unit`, `Land - Residential`, `Plot (residential)`.
 */
function typesOf(alternative: string): readonly string[] {
  const named = narrowest(alternative.split(/[()]|\s[-–—]\s/).flatMap((part) => typeOf(part) ?? []));
  const minRank = Math.min(...named.map(({ rank }) => rank));
  return named.filter(({ rank }) => rank === minRank).map(({ type }) => type);
}

/** `House - Townhouse` is a townhouse: what comes after narrows what stands before. */
function narrowest(named: readonly Named[]): readonly Named[] {
  return named.filter(
    ({ type }) => !named.some((other) => other.type !== type && propertyTypes.narrower(type).has(other.type)),
  );
}

/** One type among words that adorn it, which stand before it in some languages and after it in others. */
function typeOf(part: string): Named | undefined {
  const whole = part.length > maxLetters ? '' : normalise(part);
  if (whole === '') return undefined;
  const words = whole.split(' ');
  const connection = words.findIndex((word) => connections.has(word));
  const phrases = [whole, ...phrasesOf(connection > 0 ? words.slice(0, connection) : words)];
  const named = phrases.flatMap((phrase): Named[] => {
    const type = propertyTypes.known(phrase);
    return type === undefined
      ? []
      : [{ type, rank: 1 + Math.max(general.indexOf(phrase), general.indexOf(phrase.replace(/s$/, ''))) }];
  });
  const [best] = named.toSorted((a, b) => a.rank - b.rank);
  return best ?? { type: whole, rank: Infinity };
}
