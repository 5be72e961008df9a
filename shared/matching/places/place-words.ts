/** The words in names of places that say how a name is written or what kind of place it is. */

/**
 * First words that are spelled in several ways: `Ayios Nikolaos` is `Agios Nikolaos`. The first of a line stands for
 * all.
 */
export const placePrefixes: readonly (readonly string[])[] = [
  // Men, women and several of them: who writes `Ag. Napa` leaves it open.
  [
    'agios',
    'ayios',
    'aghios',
    'saint',
    'st',
    'άγιος',
    'ag',
    'αγ',
    'agia',
    'ayia',
    'aghia',
    'αγία',
    'agioi',
    'ayioi',
    'ayii',
    'άγιοι',
  ],
  ['kato', 'κάτω'],
  ['pano', 'ano', 'πάνω', 'άνω'],
];

/** First words for a part of a place: whoever looks for the whole takes the part. */
export const partPrefixes: readonly string[] = ['kato', 'pano', 'mesa', 'nea', 'palaia'];

/** Last words that only say what kind of place it is; `Limassol District` is Limassol. */
export const kindSuffixes: readonly string[] = [
  'district',
  'province',
  'region',
  'area',
  'municipality',
  'greater area',
  'city',
  'town',
  'village',
];

/** Last words for a part of a place. */
export const partSuffixes: readonly string[] = [
  'city centre',
  'city center',
  'town centre',
  'town center',
  'centre',
  'center',
  'centro',
  'zentrum',
  'old town',
  'altstadt',
  'innenstadt',
  'mitte',
  'downtown',
  'cbd',
  'marina',
  'tourist area',
  'suburbs',
  'seafront',
];

/** Words before the river or region that tells a German town from another one of its name. */
export const regionWords: readonly string[] = ['am', 'an der', 'im', 'in der', 'ob der', 'vor der', 'bei', 'a d'];

/** Words that tie a name to another place without being in it: `villanueva de cordoba`, `stratford upon avon`. */
export const joiningWords: ReadonlySet<string> = new Set(
  (
    'de del de la las los el d da do dos das di della du des le les la al am an im in bei vor ob von van der den ' +
    'upon on by near nr under next to sur sous en lez les na nad pod pri kod y e et und and & ' +
    'new nueva nuevo nova novo nouveau nouvelle neu neue nuova nuovo'
  ).split(' '),
);
