import { areaUnitFactor } from '../values/areas.ts';

export type FieldKind =
  | 'id'
  | 'label'
  | 'rooms'
  | 'area'
  | 'price'
  | 'currency'
  | 'word'
  | 'boolean'
  | 'degrees'
  | 'point'
  | 'country'
  | 'texts'
  | 'features'
  | 'images'
  | 'url'
  | 'date';

/** In reading order: country detects swapped axes; currency precedes price. */
export const fieldKinds: Readonly<Record<string, FieldKind>> = {
  id: 'id',
  idScope: 'id',
  reference: 'label',
  country: 'country',
  goal: 'word',
  currency: 'currency',
  price: 'price',
  priceOnRequest: 'boolean',
  rentalPeriod: 'word',
  type: 'word',
  status: 'word',
  endOfOffer: 'date',
  action: 'word',
  address: 'label',
  city: 'label',
  district: 'label',
  province: 'label',
  postalCode: 'label',
  latitude: 'degrees',
  longitude: 'degrees',
  point: 'point',
  addressHidden: 'boolean',
  bedrooms: 'rooms',
  bathrooms: 'rooms',
  areaSqm: 'area',
  plotAreaSqm: 'area',
  title: 'texts',
  descriptions: 'texts',
  description: 'texts',
  features: 'features',
  images: 'images',
  energyRating: 'word',
  externalUrl: 'url',
  modifiedAt: 'date',
};

export const ruleKeys: readonly string[] = [
  'path',
  'attribute',
  'each',
  'value',
  'number',
  'unit',
  'unitPath',
  'map',
  'join',
  'split',
  'lineBreak',
  'order',
  'label',
  'language',
  'caption',
  'main',
  'position',
  'sum',
  'yes',
  'no',
  'houseNumber',
  'part',
  'for',
  'if',
  'files',
];

const keysOfKinds: Readonly<Record<string, readonly FieldKind[]>> = {
  number: ['price', 'area', 'rooms', 'degrees'],
  unit: ['area'],
  unitPath: ['area'],
  order: ['date'],
  label: ['features'],
  language: ['texts'],
  lineBreak: ['texts'],
  split: ['features', 'images'],
  caption: ['images'],
  main: ['images'],
  position: ['images'],
  each: ['texts', 'images', 'features'],
  sum: ['rooms', 'area', 'price'],
  yes: ['word', 'boolean'],
  no: ['word', 'boolean'],
  houseNumber: ['label'],
  part: ['label', 'degrees', 'country'],
  files: ['images'],
};
const meanings: Readonly<Record<string, readonly string[]>> = {
  goal: ['SALE', 'RENT', 'BOTH'],
  status: ['ACTIVE', 'RESERVED', 'SOLD', 'RENTED', 'WITHDRAWN'],
  rentalPeriod: ['day', 'week', 'month', 'year', 'season'],
  action: ['upsert', 'remove'],
  addressHidden: ['true', 'false'],
  priceOnRequest: ['true', 'false'],
};

export function fieldKind(field: string): FieldKind | undefined {
  return Object.hasOwn(fieldKinds, field) ? fieldKinds[field] : undefined;
}

export function checkRuleValues(
  where: string,
  kind: FieldKind,
  rule: Readonly<Record<string, unknown>>,
  problems: string[],
): void {
  for (const [key, kinds] of Object.entries(keysOfKinds)) {
    if (rule[key] !== undefined && !kinds.includes(kind))
      problems.push(`${where}.${key}: has no meaning for this field`);
  }
  const expect = (key: string, words: readonly string[]): void => {
    if (rule[key] !== undefined && !words.includes(rule[key] as string))
      problems.push(
        `${where}.${key}: expected ${words.map((word) => `"${word}"`).join(' or ')}, got ${JSON.stringify(rule[key])}`,
      );
  };
  expect('order', ['dmy', 'mdy']);
  expect('for', ['SALE', 'RENT']);
  const unit = rule['unit'];
  if (typeof unit === 'string' && areaUnitFactor(unit) === null)
    problems.push(
      `${where}.unit: "${unit}" is not a known unit of area: expected one like m2, sq ft, acre, ha, donum, sotka`,
    );
  const { part } = rule;
  if (part !== undefined && part !== 'town' && part !== 'region' && !(Number.isInteger(part) && part !== 0))
    problems.push(`${where}.part: expected "town", "region", or a place like 1 or -1, got ${JSON.stringify(part)}`);
  checkMeanings(where, rule, problems);
}

function checkMeanings(where: string, rule: Readonly<Record<string, unknown>>, problems: string[]): void {
  const allowed = meanings[where.replace(/\[\d+\]$/, '')];
  if (allowed === undefined) return;
  // Empty: continue with the next rule.
  const leadTo = (key: string, meaning: unknown): void => {
    if (meaning !== '' && !allowed.includes(String(meaning)))
      problems.push(`${where}.${key} leads to ${JSON.stringify(meaning)}, expected one of ${allowed.join(', ')}`);
  };
  for (const key of ['yes', 'no']) if (rule[key] !== undefined) leadTo(key, rule[key]);
  const table = rule['map'];
  if (typeof table !== 'object' || table === null) return;
  for (const [word, meaning] of Object.entries(table)) leadTo(`map: "${word}"`, meaning);
}
