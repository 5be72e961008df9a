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
