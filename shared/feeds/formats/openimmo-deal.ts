import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt, textAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { currencyOfCountry } from '../values/currency-of-country.ts';
import type { Goal } from './feed-format.ts';
import type { ItemReader } from './item-reader.ts';
import { firstText } from './paths.ts';

const salePrices = ['kaufpreis', 'kaufpreisbrutto', 'kaufpreisnetto'];
const rents = [
  'nettokaltmiete',
  'kaltmiete',
  'warmmiete',
  'pauschalmiete',
  'hauptmietzinsnetto',
  'gesamtmietebrutto',
  'gesamtmietenetto',
  'pacht',
];

/** Call `country` first. */
export function readDeal(reader: ItemReader, item: XmlElement): void {
  readGoal(reader, item);
  readPrice(reader, item);
}

/** Programs write 0.00 into unused fields. */
export function filled(item: XmlElement, paths: readonly string[]): string | undefined {
  return paths.map((path) => textAt(item, path)).find(isFilled) ?? firstText(item, ...paths);
}

/** Several portals omit `vermarktungsart`; programs preset it, so contradicting prices win. */
function readGoal(reader: ItemReader, item: XmlElement): void {
  const [sale, rent] = [
    ['KAUF', 'ERBPACHT'],
    ['MIETE_PACHT', 'LEASING', 'MIETE'],
  ].map((flags) =>
    flags.some((name) => parseBoolean(textAt(item, `objektkategorie/vermarktungsart/@${name}`) ?? '') === true),
  );
  const told = toldBy(item);
  if (sale && rent && told !== 'RENT') reader.saleAndRent('KAUF, MIETE_PACHT');
  else if (sale) reader.values.goal = unlessContradicted(reader, item, 'SALE', told);
  else if (rent) reader.values.goal = unlessContradicted(reader, item, 'RENT', told);
  else if (has(item, salePrices) && (told === 'SALE' || !isTold(item, rents))) reader.values.goal = 'SALE';
  else if (has(item, rents)) reader.values.goal = 'RENT';
}

function toldBy(item: XmlElement): Goal | undefined {
  const [hasSalePrice, hasRent] = [isTold(item, salePrices), isTold(item, rents)];
  return hasSalePrice === hasRent ? undefined : hasRent ? 'RENT' : 'SALE';
}

function unlessContradicted(reader: ItemReader, item: XmlElement, said: Goal, told: Goal | undefined): Goal {
  if (told === undefined || told === said || isLet(item)) return said;
  reader.warn(
    'goal-conflict',
    said === 'SALE'
      ? 'The object is marked as for sale, but its only price is a rent: it was read as for rent'
      : 'The object is marked as for rent, but its only price is a sale price: it was read as for sale',
    'goal',
    filled(item, pathsOf(told === 'RENT' ? rents : salePrices)),
  );
  return told;
}

/** An investment names its rent. */
function isLet(item: XmlElement): boolean {
  return (
    parseBoolean(textAt(item, 'objektkategorie/nutzungsart/@ANLAGE') ?? '') === true ||
    parseBoolean(textAt(item, 'verwaltung_objekt/vermietet') ?? '') === true ||
    elementsAt(item, 'objektkategorie/objektart/zinshaus_renditeobjekt').length > 0
  );
}

function pathsOf(names: readonly string[]): string[] {
  return names.map((name) => `preise/${name}`);
}

function has(item: XmlElement, names: readonly string[]): boolean {
  return names.some((name) => child(child(item, 'preise'), name) !== undefined);
}

function isTold(item: XmlElement, names: readonly string[]): boolean {
  return isFilled(filled(item, pathsOf(names))) || names.some((name) => isOnRequest(item, name));
}

function isOnRequest(item: XmlElement, name: string): boolean {
  return elementsAt(item, `preise/${name}`).some(
    (price) => parseBoolean(price.attributes['auf_anfrage'] ?? '') === true,
  );
}

function isFilled(found: string | undefined): boolean {
  return /[1-9]/.test(found ?? '');
}

function readPrice(reader: ItemReader, item: XmlElement): void {
  reader.currency(firstText(item, 'preise/waehrung/@iso_waehrung', 'preise/waehrung'));
  const rent = reader.values.goal === 'RENT';
  const onRequest = isOnRequest(item, '*');
  const found = filled(item, pathsOf(rent ? rents : salePrices));
  if (found !== undefined || onRequest)
    reader.price(found ?? '', { hidden: onRequest, usual: currencyOfCountry(reader.values.country) });
  if (!rent || reader.values.price === undefined) return;
  const unit = textAt(item, 'preise/preis_zeiteinheit/@zeiteinheit');
  if (unit === undefined || unit === '') reader.values.rentalPeriod = 'month';
  else reader.period(unit);
}
