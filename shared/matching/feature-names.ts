import { normalise } from './normalise.ts';
import { createThesaurus, phrasesOf } from './thesaurus.ts';
import { memoize } from '../platform/memoize.ts';

export const featureNames = createThesaurus({
  pool: {
    words: [
      'бассейн',
      'pileta',
      'alberca',
      'pool',
      'swimming pool',
      'swimmingpool',
      'piscina',
      'schwimmbad',
      'piscine',
      'πισίνα',
    ],
    kinds: ['private-pool', 'communal-pool'],
  },
  'private-pool': {
    words: [
      'private pool',
      'private swimming pool',
      'private swimmingpool',
      'pool private',
      'own pool',
      'piscina privada',
    ],
  },
  'communal-pool': {
    words: [
      'communal pool',
      'communal swimming pool',
      'communal swimmingpool',
      'pool communal',
      'community pool',
      'community swimming pool',
      'common pool',
      'shared pool',
      'piscina comunitaria',
      'piscina comunal',
    ],
  },
  garden: {
    words: [
      'gardens',
      'private garden',
      'jardín privado',
      'сад',
      'jardim',
      'garden',
      'gartenanteil',
      'gartenmitbenutzung',
      'gartennutzung',
      'tuin',
      'ogród',
      'giardino',
      'jardín',
      'garten',
      'jardin',
      'κήπος',
    ],
    kinds: ['communal-garden'],
  },
  'communal-garden': { words: ['communal garden', 'communal gardens', 'shared garden', 'jardín comunitario'] },
  parking: {
    words: [
      'парковка',
      'vaga',
      'parkplatz',
      'aparcamiento',
      'car space',
      'off road parking',
      'parking',
      'parking space',
      'off-street parking',
      'stellplatz',
      'estacionamiento',
      'πάρκινγκ',
    ],
    kinds: ['covered-parking', 'garage'],
  },
  'covered-parking': { words: ['covered parking', 'carport', 'underground parking', 'tiefgarage'] },
  garage: {
    words: [
      'garagem',
      'vaga de garagem',
      'plaza de garaje',
      'box auto',
      'гараж',
      'garage',
      'garaje',
      'double garage',
      'γκαράζ',
    ],
  },
  'sea-view': {
    words: [
      'sea views panoramic',
      'panoramic sea',
      'vista al mar',
      'vista mar',
      'vista para o mar',
      'sea front view',
      'вид на море',
      'water view',
      'ocean views',
      'sight of the sea',
      'seeblick',
      'sea view',
      'sea views',
      'seaview',
      'ocean view',
      'vistas al mar',
      'meerblick',
      'vue mer',
      'θέα θάλασσα',
    ],
  },
  'mountain-view': { words: ['mountain view', 'mountain views', 'vistas a la montaña', 'bergblick'] },
  balcony: { words: ['balconies', 'varanda', 'sacada', 'балкон', 'balcony', 'balcón', 'balkon', 'balcon', 'μπαλκόνι'] },
  terrace: {
    words: ['terrace', 'terraza', 'terrasse', 'terraço', 'терраса', 'veranda', 'covered veranda', 'βεράντα'],
    kinds: ['roof-terrace'],
  },
  'roof-terrace': {
    words: ['roof terrace', 'roof garden', 'rooftop terrace', 'dachterrasse', 'azotea', 'solarium', 'toit terrasse'],
  },
  lift: { words: ['elevador', 'лифт', 'fahrstuhl', 'lift', 'elevator', 'ascensor', 'aufzug', 'ascenseur', 'ασανσέρ'] },
  furnished: {
    words: [
      'mobiliado',
      'amoblado',
      'с мебелью',
      'furnished',
      'fully furnished',
      'amueblado',
      'möbliert',
      'meublé',
      'επιπλωμένο',
    ],
  },
  unfurnished: {
    words: ['unfurnished', 'sin amueblar', 'unmöbliert', 'nicht möbliert', 'não mobiliado', 'non meublé', 'без мебели'],
  },
  'air-conditioning': {
    words: [
      'air conditioning',
      'ar condicionado',
      'кондиционер',
      'aircondition',
      'klima',
      'air con',
      'aircon',
      'ac',
      'a/c',
      'air conditioned',
      'aire acondicionado',
      'klimaanlage',
      'climatisation',
      'κλιματισμός',
    ],
  },
  heating: {
    words: ['heating', 'calefacción', 'heizung', 'θέρμανση'],
    kinds: ['central-heating', 'underfloor-heating'],
  },
  'central-heating': { words: ['central heating', 'calefacción central', 'zentralheizung', 'κεντρική θέρμανση'] },
  'underfloor-heating': { words: ['underfloor heating', 'floor heating', 'suelo radiante', 'fußbodenheizung'] },
  fireplace: { words: ['fireplace', 'chimenea', 'kamin', 'cheminée', 'τζάκι'] },
  storage: {
    words: ['storage', 'storage room', 'store room', 'storeroom', 'trastero', 'kellerraum', 'abstellraum', 'αποθήκη'],
    kinds: ['basement'],
  },
  'solar-panels': {
    words: ['solar panels', 'photovoltaic', 'photovoltaic system', 'solar power', 'paneles solares', 'φωτοβολταϊκά'],
  },
  'fitted-kitchen': {
    words: [
      'fitted kitchen',
      'fully fitted kitchen',
      'equipped kitchen',
      'built-in kitchen',
      'einbauküche',
      'ebk',
      'cocina equipada',
      'cocina amueblada',
      'cuisine équipée',
      'cucina attrezzata',
      'cozinha equipada',
    ],
  },
  'title-deeds': { words: ['title deeds', 'title deed', 'deeds available', 'τίτλος ιδιοκτησίας'] },
  'pets-allowed': { words: ['pets allowed', 'pets', 'pet friendly', 'mascotas', 'haustiere erlaubt'] },
  gym: {
    words: [
      'academia',
      'спортзал',
      'palestra',
      'salle de sport',
      'gym',
      'fitness room',
      'gimnasio',
      'fitnessraum',
      'γυμναστήριο',
    ],
  },
  alarm: { words: ['alarm', 'alarm system', 'security alarm', 'alarma', 'alarmanlage'] },
  basement: {
    words: [
      'basement',
      'cellar',
      'sótano',
      'υπόγειο',
      'keller',
      'kelder',
      'cantina',
      'cave',
      'porão',
      'piwnica',
      'подвал',
      'wine cellar',
      'weinkeller',
    ],
  },
});

/** Also splits `Terrace with sea view`, but not `A/C`. */
const joints = new RegExp(
  String.raw`[,;|()+]|/(?!\p{L}(?!\p{L}))|(?<=^|\s)(?:and|with|or|und|mit|oder|y|con|o|et|avec|ou|και|με|ή)(?=\s|$)`,
  'giu',
);

/** No feature follows: `garage for two cars`. */
const connections = new Set(
  [
    'for',
    'in',
    'of',
    'on',
    'at',
    'by',
    'to',
    'from',
    'over',
    'für',
    'zu',
    'zum',
    'am',
    'im',
    'para',
    'en',
    'de',
    'a',
    'al',
    'pour',
    'sur',
    'για',
    'σε',
  ].map(normalise),
);

/** No feature, or another one: `no pool`, `garden view`, `pool table`. */
const doubts = new Set(
  [
    'partly',
    'partially',
    'part',
    'semi',
    'possible',
    'possibility',
    'optional',
    'potential',
    'planned',
    'project',
    'permission',
    'near',
    'nearby',
    'close',
    'overlooking',
    'table',
  ].map(normalise),
);

const denials = new Set(
  ['no', 'not', 'non', 'without', 'kein', 'keine', 'keinen', 'nicht', 'ohne', 'sin', 'sem', 'senza', 'sans', 'χωρίς']
    .concat(['без', 'нет'])
    .map(normalise),
);
const views = new Set(
  ['view', 'views', 'vista', 'vistas', 'blick', 'aussicht', 'vue', 'vues', 'θέα', 'вид'].map(normalise),
);
const seas = new Set(
  ['sea', 'ocean', 'meer', 'mar', 'mer', 'mare', 'océano', 'θάλασσα', 'море', 'моря'].map(normalise),
);

/** German compounds end in the feature: `Südbalkon`, `Doppelgarage`. */
const compoundEnds = ['balkon', 'loggia', 'terrasse', 'garten', 'garage', 'stellplatz', 'heizung', 'pool'].map(
  normalise,
);
const noFeatures = new Set(['kindergarten', 'biergarten', 'wintergarten', 'tiergarten', 'carpool'].map(normalise));

function compoundOf(word: string): string | undefined {
  if (noFeatures.has(word)) return undefined;
  return compoundEnds.find((end) => word.length > end.length + 1 && word.endsWith(end));
}

/** Longer texts are misplaced descriptions. */
const maxLetters = 100;

/** Unknown words mean themselves. */
export const featuresIn: (text: string) => readonly string[] = memoize((text) => {
  const whole = featureNames.known(text);
  return whole === undefined ? [...new Set(text.split(joints).flatMap((part) => featureOf(part) ?? []))] : [whole];
});

function featureOf(part: string): string | undefined {
  const whole = part.length > maxLetters ? '' : normalise(part);
  if (whole === '') return undefined;
  const known = featureNames.known(whole);
  const words = whole.split(' ');
  if (known !== undefined) return known;
  const has = (some: ReadonlySet<string>) => words.some((word) => some.has(word));
  if (has(denials)) return whole;
  if (has(views)) return viewOf(words) ?? (has(seas) ? 'sea-view' : whole);
  if (has(doubts)) return whole;
  const connection = words.findIndex((word) => connections.has(word));
  for (const phrase of phrasesOf(connection > 0 ? words.slice(0, connection) : words)) {
    const feature = featureNames.known(phrase) ?? featureNames.known(compoundOf(phrase) ?? '');
    if (feature !== undefined) return feature;
  }
  return whole;
}

function viewOf(words: readonly string[]): string | undefined {
  return phrasesOf(words)
    .filter((phrase) => phrase.split(' ').some((word) => views.has(word)))
    .map((phrase) => featureNames.known(phrase))
    .find((feature) => feature !== undefined);
}
