/**
 * OpenImmo 1.2.7. `uebertragung@umfang` VOLL is a snapshot; TEIL, or nothing, a delta: a wrong guess removes listings.
 * Any envelope, any letter case. `aktion@aktionart` DELETE removes; REFERENZ is sold or let. Ids: `openimmo_obid`
 * within `anbieter/openimmo_anid`. `objektadresse_freigeben` may hide the address. One object per language.
 */
import type { FeedContext, FeedFormat, FeedMode, ItemAction, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt, textAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { markupOf } from '../xml/markup.ts';
import { isPropertyType, parsePropertyType } from '../values/property-types.ts';
import { joinDescriptions } from '../values/text.ts';
import { namesOf, toLower, usualNames } from './fold-names.ts';
import { ItemReader } from './item-reader.ts';
import { filled, readDeal } from './openimmo-deal.ts';
import { openimmoFeatures } from './openimmo-features.ts';
import { readPictures } from './openimmo-pictures.ts';
import { providerFirst, providerOf } from './openimmo-provider.ts';
import { firstText } from './paths.ts';

const areas = [
  'wohnflaeche',
  'nutzflaeche',
  'gesamtflaeche',
  'bueroflaeche',
  'ladenflaeche',
  'verkaufsflaeche',
  'lagerflaeche',
  'gastroflaeche',
  'vermietbare_flaeche',
];
const capitals = (
  'KAUF MIETE_PACHT MIETE ERBPACHT LEASING WOHNEN GEWERBE ANLAGE WAZ PERSONEN LASTEN EBK OFFEN PANTRY FUSSBODEN ' +
  'GARAGE TIEFGARAGE CARPORT FREIPLATZ ALARMANLAGE'
).split(' ');
const usual = usualNames(toLower, namesOf(capitals, toLower));

export const openimmo: FeedFormat = {
  name: 'OPENIMMO',
  version: 3,
  itemPaths: ['//immobilie'],
  anyCase: true,
  keeps: [
    'objektkategorie',
    'geo',
    'preise',
    'flaechen',
    'ausstattung',
    'freitexte',
    'zustand_angaben/verkaufstatus',
    'verwaltung_techn/sprache',
    ...['haustiere', 'denkmalgeschuetzt', 'objektadresse_freigeben', 'vermietet'].map(
      (name) => `verwaltung_objekt/${name}`,
    ),
  ],
  keepsOfAddress: ['geo/strasse', 'geo/hausnummer', 'geo/geokoordinaten'],
  mode,
  detect: (root, items) => (root.name.toLowerCase() === 'openimmo' ? 1 : items.some(isObject) ? 0.9 : 0),
  arrange: providerFirst,
  scope: (context) => providerOf(context) ?? '',
  map,
};

function mode(context: FeedContext): FeedMode {
  return transferWord(context, 'umfang') === 'VOLL' ? 'snapshot' : 'delta';
}

function transferWord(context: FeedContext, name: string): string {
  const found = context.surroundings.map((element) => child(element, 'uebertragung', true)).findLast((one) => one);
  return (found === undefined ? undefined : usual(found).attributes[name])?.trim().toUpperCase() ?? '';
}

function isObject(written: XmlElement): boolean {
  const item = usual(written);
  const groups = ['geo', 'preise', 'flaechen', 'freitexte', 'verwaltung_objekt'];
  return (
    child(item, 'verwaltung_techn') !== undefined ||
    (child(item, 'objektkategorie') !== undefined && groups.some((name) => child(item, name) !== undefined))
  );
}

function map(written: XmlElement, context: FeedContext): MappedItem[] {
  const item = usual(written);
  const reader = new ItemReader(context);
  const text = (path: string): string | undefined => textAt(item, path);
  reader.label('reference', numberOf(item));
  reader.country(firstText(item, 'geo/land/@iso_land', 'geo/land'));
  reader.label('city', text('geo/ort'));
  reader.label('district', text('geo/regionaler_zusatz'));
  reader.label('province', text('geo/bundesland'));
  reader.label('postalCode', text('geo/plz'));
  reader.label('address', streetOf(item));
  reader.point(text('geo/geokoordinaten/@breitengrad'), text('geo/geokoordinaten/@laengengrad'));
  readDeal(reader, item);
  reader.type(kind(item));
  reader.area(
    'areaSqm',
    filled(
      item,
      areas.map((name) => `flaechen/${name}`),
    ),
  );
  reader.area('plotAreaSqm', text('flaechen/grundstuecksflaeche'));
  reader.rooms('bedrooms', text('flaechen/anzahl_schlafzimmer'));
  reader.rooms('bathrooms', text('flaechen/anzahl_badezimmer'));
  reader.energy(firstText(item, 'zustand_angaben/energiepass/wertklasse', 'zustand_angaben/energiepass/hwbklasse'));
  reader.label('title', firstText(item, 'freitexte/objekttitel', 'freitexte/dreizeiler'));
  readTexts(reader, item);
  reader.features(openimmoFeatures(item));
  readPictures(reader, item, context);
  reader.url(text('verwaltung_objekt/objekt_url'));
  const released = parseBoolean(text('verwaltung_objekt/objektadresse_freigeben') ?? '');
  if (released === false) reader.hideAddress();
  else if (released === true) reader.values.addressHidden = false;
  const action = readStatus(reader, item, context);
  const modifiedAt = reader.date(text('verwaltung_techn/stand_vom'));
  const id = firstText(item, 'verwaltung_techn/openimmo_obid', 'openimmo_obid');
  return [reader.finish({ id, scope: providerOf(context), action, modifiedAt })];
}

/** The agency's number, else the program's; hand-made exports vary it. */
const numberNames: readonly (readonly string[])[] = [
  ['objektnrextern', 'objektnummerextern', 'externeobjektnr', 'externeobjektnummer'],
  ['objektnr', 'objektnummer', 'objnr'],
  ['objektnrintern', 'objektnummerintern', 'interneobjektnr', 'interneobjektnummer'],
];

function numberOf(item: XmlElement): string | undefined {
  const places = [...elementsAt(item, 'verwaltung_techn/*'), ...item.children];
  const found = numberNames.flatMap((names) =>
    places.filter(({ name }) => names.includes(name.replace(/[_-]/g, ''))).map(({ text }) => text),
  );
  return found.find((text) => text.trim() !== '') ?? found[0];
}

function streetOf(item: XmlElement): string | undefined {
  const street = textAt(item, 'geo/strasse')?.trim();
  const number = textAt(item, 'geo/hausnummer')?.trim() ?? '';
  return street === undefined || street === '' || ` ${street}`.endsWith(` ${number}`) ? street : `${street} ${number}`;
}

const gone = /^(?:verkauft|vermietet|verpachtet|vermittelt|vergeben)$/i;

function readStatus(reader: ItemReader, item: XmlElement, context: FeedContext): ItemAction {
  const rented = reader.values.goal === 'RENT';
  const action = textAt(item, 'verwaltung_techn/aktion/@aktionart')?.trim().toUpperCase() ?? '';
  const wanted = action === '' ? transferWord(context, 'modus') : action;
  if (wanted === 'DELETE') {
    reader.values.status = 'WITHDRAWN';
    return 'remove';
  }
  const state = (firstText(item, 'zustand_angaben/verkaufstatus/@stand', 'zustand_angaben/verkaufstatus') ?? '').trim();
  if (wanted === 'REFERENZ' || gone.test(state)) reader.values.status = rented ? 'RENTED' : 'SOLD';
  else if (rented && parseBoolean(textAt(item, 'verwaltung_objekt/vermietet') ?? '') === true)
    reader.values.status = 'RENTED';
  else if (state === '') reader.values.status = 'ACTIVE';
  else reader.status(state);
  return 'upsert';
}

function kind(item: XmlElement): string | undefined {
  const found = elementsAt(item, 'objektkategorie/objektart/*').find(
    ({ name }) => name !== 'objektart_zusatz' && !name.startsWith('user_defined'),
  );
  if (found === undefined) return undefined;
  const finer = Object.values(found.attributes)
    .map((word) => word.replaceAll('_', ' '))
    .find((word) => isPropertyType(word) && (found.name !== 'grundstueck' || isLand(word)));
  return finer ?? found.name.replaceAll('_', ' ');
}

/** `GEWERBE` is what a plot is for. */
function isLand(word: string): boolean {
  return /land$/i.test(parsePropertyType(word) ?? '');
}

/** `objekt_text` adds languages, or replaces a missing main text. */
function readTexts(reader: ItemReader, item: XmlElement): void {
  const texts = child(item, 'freitexte');
  if (texts === undefined) return;
  const part = (name: string): string | undefined => {
    const element = child(texts, name);
    return element === undefined ? undefined : markupOf(element);
  };
  const own = textAt(item, 'verwaltung_techn/sprache') ?? '';
  const others = texts.children
    .filter(({ name }) => name === 'objekt_text')
    .map((element) => [element.attributes['lang'] ?? '', markupOf(element)] as const);
  const unnamed = others.filter(([language]) => language.trim() === '').map(([, text]) => text);
  const main = joinDescriptions([
    part('objektbeschreibung'),
    ...unnamed,
    part('ausstatt_beschr'),
    part('lage'),
    part('sonstige_angaben'),
  ]);
  const named = others.filter(([language]) => language.trim() !== '');
  reader.descriptions([
    [own.trim() === '' ? usualLanguage(reader) : own, main || (part('dreizeiler') ?? '')],
    ...named,
  ]);
}

/** The standard is German: so is an object without language and country. */
function usualLanguage(reader: ItemReader): string {
  return reader.values.country === undefined || reader.values.country === null ? 'de' : '';
}
