/** The first of a line stands for all. */
export const placePrefixes: readonly (readonly string[])[] = [
  // `Ag. Napa` leaves gender and number open.
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
  ['mount', 'mt'],
  ['fort', 'ft'],
  ['jardim', 'jd'],
  ['santa', 'sta'],
  ['santo', 'sto'],
  ['puerto', 'pto'],
];

/** A search for the whole includes the part. */
export const partPrefixes: readonly string[] = ['kato', 'pano', 'mesa', 'nea', 'palaia'];

/** `Limassol District` is Limassol. */
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

/** `Comunidad de Madrid` is Madrid. */
export const kindPrefixes: readonly string[] = [
  'comunidad de',
  'comunidad autonoma de',
  'provincia de',
  'region de',
  'isla de',
  'isle de',
  'island of',
  'ilha de',
  'province of',
  'region of',
  'municipality of',
  'city of',
  'ciudad de',
  'cidade de',
  'ville de',
  'comune di',
  'stadt',
  'lutherstadt',
  'hansestadt',
  'landeshauptstadt',
];

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

/** `St Kilda East`, unless the gazetteer has the name (`Miami Beach`). */
export const partDirections: readonly string[] = [
  'north',
  'south',
  'east',
  'west',
  'nord',
  'sud',
  'ost',
  'norte',
  'sur',
  'este',
  'oeste',
  'sul',
  'leste',
  'beach',
  'playa',
  'internacional',
];

/** Precede what tells German namesakes apart. */
export const regionWords: readonly string[] = ['am', 'an der', 'im', 'in der', 'ob der', 'vor der', 'bei', 'a d'];

/** Tie a name to another place without being in it: `stratford upon avon`. */
export const joiningWords: ReadonlySet<string> = new Set(
  (
    'de del de la las los el d da do dos das di della du des le les la al am an im in bei vor ob von van der den ' +
    'upon on by near nr under next to sur sous en lez les na nad pod pri kod y e et und and & ' +
    'new nueva nuevo nova novo nouveau nouvelle neu neue nuova nuovo'
  ).split(' '),
);
