import { normalise } from './normalise.ts';
import { remember } from './remember.ts';
import { createThesaurus } from './thesaurus.ts';

/** Types of property as agents and feeds write them. Whoever looks for one also gets its kinds. */
export const propertyTypes = createThesaurus({
  residential: { words: ['residential', 'home', 'residence', 'dwelling', 'wohnen', 'vivienda'], kinds: ['house', 'apartment'] },
  house: {
    words: ['house', 'villa', 'detached', 'detached house', 'detached villa', 'single family home', 'chalet', 'casa', 'haus', 'einfamilienhaus', 'maison', 'κατοικία', 'μονοκατοικία', 'βίλα', 'έπαυλη'],
    kinds: ['semi-detached', 'townhouse', 'bungalow', 'country-house', 'mansion'],
  },
  'semi-detached': { words: ['semi-detached', 'semi-detached house', 'semi-detached villa', 'semi', 'duplex house', 'pareado', 'doppelhaushälfte'] },
  townhouse: { words: ['townhouse', 'town house', 'terraced', 'terraced house', 'terrace house', 'row house', 'link-detached', 'linked house', 'adosado', 'reihenhaus', 'maison de ville'] },
  bungalow: { words: ['bungalow'] },
  'country-house': { words: ['country house', 'farmhouse', 'farm house', 'stone house', 'village house', 'cottage', 'finca', 'cortijo', 'masia', 'rustico', 'bauernhaus', 'mas'] },
  mansion: { words: ['mansion', 'estate', 'manor', 'castle'] },
  apartment: {
    words: ['apartment', 'flat', 'unit', 'condo', 'condominium', 'apartamento', 'piso', 'appartement', 'appartamento', 'wohnung', 'eigentumswohnung', 'etagenwohnung', 'διαμέρισμα'],
    kinds: ['penthouse', 'studio', 'maisonette', 'ground-floor-apartment', 'loft'],
  },
  penthouse: { words: ['penthouse', 'ático', 'attic apartment', 'top floor apartment', 'ρετιρέ'] },
  studio: { words: ['studio', 'studio apartment', 'studio flat', 'bedsit', 'estudio', 'γκαρσονιέρα', 'στούντιο'] },
  maisonette: { words: ['maisonette', 'duplex', 'duplex apartment', 'triplex', 'μεζονέτα'] },
  'ground-floor-apartment': { words: ['ground floor apartment', 'ground floor flat', 'garden apartment', 'planta baja', 'erdgeschosswohnung'] },
  loft: { words: ['loft', 'loft apartment', 'dachgeschosswohnung'] },
  land: {
    words: ['land', 'plot', 'plot of land', 'building plot', 'field', 'terreno', 'parcela', 'solar', 'grundstück', 'terrain', 'οικόπεδο', 'χωράφι', 'γη'],
    kinds: ['agricultural-land'],
  },
  'agricultural-land': { words: ['agricultural land', 'agricultural', 'farm land', 'farmland', 'terreno rustico', 'ackerland'] },
  commercial: {
    words: ['commercial', 'commercial property', 'business', 'local comercial', 'gewerbe', 'επαγγελματικός χώρος'],
    kinds: ['office', 'shop', 'warehouse', 'building', 'hotel', 'restaurant'],
  },
  office: { words: ['office', 'office space', 'offices', 'oficina', 'büro', 'bureau', 'γραφείο'] },
  shop: { words: ['shop', 'retail', 'retail space', 'store', 'showroom', 'tienda', 'laden', 'κατάστημα'] },
  warehouse: { words: ['warehouse', 'industrial', 'industrial unit', 'industrial warehouse', 'factory', 'nave industrial', 'lagerhalle', 'αποθήκη'] },
  building: { words: ['building', 'residential building', 'apartment building', 'whole building', 'block of flats', 'edificio', 'gebäude', 'κτίριο'] },
  hotel: { words: ['hotel', 'guest house', 'guesthouse', 'hostel', 'ξενοδοχείο'] },
  restaurant: { words: ['restaurant', 'bar', 'cafe', 'taverna', 'εστιατόριο'] },
  parking: { words: ['parking', 'garage', 'parking space', 'plaza de garaje', 'stellplatz', 'γκαράζ'] },
});

/** After these words comes what belongs to the type and is none: `shop with apartment`, `villa de lujo`. */
const connections = new Set(['with', 'and', 'for', 'in', 'of', 'on', 'at', 'by', 'near', 'mit', 'und', 'für', 'am', 'auf', 'con', 'y', 'para', 'en', 'de', 'di', 'du', 'avec', 'et', 'pour', 'με', 'και', 'για'].map(normalise));

/** The types that a text names, which may be several: `Villa / Detached`. Empty: it says nothing. */
export const typesIn: (text: string) => readonly string[] = remember((text) => {
  const whole = propertyTypes.known(text);
  const found = whole === undefined ? text.split(/[,;/|()+]/).map(typeOf) : [whole];
  return [...new Set(found)].filter((type) => type !== '');
});

/** More letters than a type and what adorns it have: what is longer is a description in the wrong field. */
const mostLetters = 100;

/** One type among words that adorn it, which stand before it in some languages and after it in others; empty: none. */
function typeOf(part: string): string {
  if (part.length > mostLetters) return '';
  const whole = normalise(part);
  const words = whole.split(' ');
  const connection = words.findIndex((word) => connections.has(word));
  const adorned = connection > 0 ? words.slice(0, connection) : words;
  const shorter = adorned.flatMap((_, index) => [adorned.slice(index), adorned.slice(0, adorned.length - index)]);
  for (const candidate of [words, ...shorter]) {
    const type = propertyTypes.known(candidate.join(' '));
    if (type !== undefined) return type;
  }
  return whole;
}
