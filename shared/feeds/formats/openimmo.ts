/**
 * OpenImmo 1.2.7. `uebertragung@umfang` says whether absence means anything: VOLL lists everything, TEIL only changes;
 * without it the feed is read as a delta, because a wrong guess would remove listings. `aktion@aktionart` DELETE
 * removes, REFERENZ is sold or let. Ids are `openimmo_obid` within the provider (`anbieter/openimmo_anid`). Letter case
 * of the keywords varies. An address is public unless `objektadresse_freigeben` says no. Files inside the transfer
 * (location INTERN) have no address on the web and are left out. Objects in several languages come as one object each.
 */
import type { FeedContext, FeedFormat, FeedMode, ItemAction, MappedItem } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt, textAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { currencyOfCountry } from '../values/currency-of-country.ts';
import type { ImageCandidate } from '../values/images.ts';
import { markupOf } from '../values/markup.ts';
import { isPropertyType } from '../values/property-types.ts';
import { joinDescriptions } from '../values/text.ts';
import { ItemReader } from './item-reader.ts';
import { openimmoFeatures } from './openimmo-features.ts';
import { firstText } from './paths.ts';

const salePrices = ['kaufpreis', 'kaufpreisbrutto', 'kaufpreisnetto', 'erbpacht'];
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
/** Groups of attachments that are no pictures of the object. */
const noPictures: ReadonlySet<string> = new Set([
  'DOKUMENTE',
  'FILM',
  'FILMLINK',
  'LINKS',
  'PANORAMA',
  'QRCODE',
  'ANBIETERLOGO',
  'ANBOBJURL',
  'EPASS-SKALA',
]);
const plans: ReadonlySet<string> = new Set(['GRUNDRISS', 'KARTEN_LAGEPLAN']);

export const openimmo: FeedFormat = {
  name: 'OPENIMMO',
  version: 2,
  itemPaths: ['*/anbieter/immobilie'],
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
  detect: (root, items) =>
    root.name === 'openimmo' ? 1 : items.some((item) => child(item, 'verwaltung_techn') !== undefined) ? 0.9 : 0,
  scope: (context) => provider(context) ?? '',
  map,
};

function mode(context: FeedContext): FeedMode {
  return transfer(context)?.attributes['umfang']?.trim().toUpperCase() === 'VOLL' ? 'snapshot' : 'delta';
}

function transfer(context: FeedContext): XmlElement | undefined {
  return child(context.surroundings[0], 'uebertragung');
}

function provider(context: FeedContext): string | undefined {
  return child(context.surroundings.at(-1), 'openimmo_anid')?.text;
}

function map(item: XmlElement, context: FeedContext): MappedItem[] {
  const reader = new ItemReader(context);
  const text = (path: string): string | undefined => textAt(item, path);
  reader.label('reference', text('verwaltung_techn/objektnr_extern'));
  reader.country(firstText(item, 'geo/land/@iso_land', 'geo/land'));
  reader.label('city', text('geo/ort'));
  reader.label('district', text('geo/regionaler_zusatz'));
  reader.label('province', text('geo/bundesland'));
  reader.label('postalCode', text('geo/plz'));
  const street = text('geo/strasse');
  reader.label(
    'address',
    street === undefined ? undefined : `${street} ${street === '' ? '' : (text('geo/hausnummer') ?? '')}`,
  );
  reader.point(text('geo/geokoordinaten/@breitengrad'), text('geo/geokoordinaten/@laengengrad'));
  readGoal(reader, item);
  readPrice(reader, item);
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
  reader.energy(text('zustand_angaben/energiepass/wertklasse'));
  reader.label('title', firstText(item, 'freitexte/objekttitel', 'freitexte/dreizeiler'));
  readTexts(reader, item);
  reader.features(openimmoFeatures(item));
  reader.images(pictures(item));
  reader.url(text('verwaltung_objekt/objekt_url'));
  const released = parseBoolean(text('verwaltung_objekt/objektadresse_freigeben') ?? '');
  if (released === false) reader.hideAddress();
  else if (released === true) reader.values.addressHidden = false;
  const action = readStatus(reader, item, context);
  const modifiedAt = reader.date(text('verwaltung_techn/stand_vom'));
  return [reader.finish({ id: text('verwaltung_techn/openimmo_obid'), scope: provider(context), action, modifiedAt })];
}

/** `aktion` decides; without one the transfer's `modus` does. */
function readStatus(reader: ItemReader, item: XmlElement, context: FeedContext): ItemAction {
  const rented = reader.values.goal === 'RENT';
  const action = textAt(item, 'verwaltung_techn/aktion/@aktionart')?.trim().toUpperCase() ?? '';
  const wanted = action === '' ? (transfer(context)?.attributes['modus']?.trim().toUpperCase() ?? '') : action;
  if (wanted === 'DELETE') {
    reader.values.status = 'WITHDRAWN';
    return 'remove';
  }
  const state = (firstText(item, 'zustand_angaben/verkaufstatus/@stand', 'zustand_angaben/verkaufstatus') ?? '').trim();
  if (wanted === 'REFERENZ' || /^verkauft$/i.test(state)) reader.values.status = rented ? 'RENTED' : 'SOLD';
  else if (rented && parseBoolean(textAt(item, 'verwaltung_objekt/vermietet') ?? '') === true)
    reader.values.status = 'RENTED';
  else if (state === '') reader.values.status = 'ACTIVE';
  else reader.status(state);
  return 'upsert';
}

/** `vermarktungsart` flags; several portals leave them out, then the kind of price tells. */
function readGoal(reader: ItemReader, item: XmlElement): void {
  const flag = (name: string): boolean =>
    parseBoolean(textAt(item, `objektkategorie/vermarktungsart/@${name}`) ?? '') === true;
  const [sale, rent] = [flag('KAUF') || flag('ERBPACHT'), flag('MIETE_PACHT') || flag('LEASING') || flag('MIETE')];
  const [salePrice, rentPrice] = [amount(item, salePrices), amount(item, rents)];
  if (sale && rent) reader.saleAndRent('KAUF, MIETE_PACHT');
  else if (sale) reader.values.goal = 'SALE';
  else if (rent) reader.values.goal = 'RENT';
  else if (salePrice && (isFilled(salePrice) || !isFilled(rentPrice))) reader.values.goal = 'SALE';
  else if (rentPrice) reader.values.goal = 'RENT';
}

function amount(item: XmlElement, names: readonly string[]): string | undefined {
  return filled(
    item,
    names.map((name) => `preise/${name}`),
  );
}

/** The first that has more than nothing in it: programs write 0.00 into every field that they do not use. */
function filled(item: XmlElement, paths: readonly string[]): string | undefined {
  return paths.map((path) => textAt(item, path)).find(isFilled) ?? firstText(item, ...paths);
}

function isFilled(found: string | undefined): boolean {
  return /[1-9]/.test(found ?? '');
}

function readPrice(reader: ItemReader, item: XmlElement): void {
  reader.currency(firstText(item, 'preise/waehrung/@iso_waehrung', 'preise/waehrung'));
  const rent = reader.values.goal === 'RENT';
  const onRequest = elementsAt(item, 'preise/*').some(
    (price) => parseBoolean(price.attributes['auf_anfrage'] ?? '') === true,
  );
  const found = amount(item, rent ? rents : salePrices);
  if (found !== undefined || onRequest)
    reader.price(found ?? '', { hidden: onRequest, usual: currencyOfCountry(reader.values.country) });
  if (!rent || reader.values.price === undefined) return;
  const unit = textAt(item, 'preise/preis_zeiteinheit/@zeiteinheit');
  if (unit === undefined || unit === '') reader.values.rentalPeriod = 'month';
  else reader.period(unit);
}

/** `objektart` holds one element, its name the kind and its attribute a finer one: `<haus haustyp="REIHENHAUS"/>`. */
function kind(item: XmlElement): string | undefined {
  const found = elementsAt(item, 'objektkategorie/objektart/*').find(
    ({ name }) => name !== 'objektart_zusatz' && !name.startsWith('user_defined'),
  );
  if (found === undefined) return undefined;
  const finer = Object.values(found.attributes).find((word) => isPropertyType(word.replaceAll('_', ' ')));
  return (finer ?? found.name).replaceAll('_', ' ');
}

/**
 * The object's own language gets the main texts in paragraphs; `objekt_text` adds others, or the main text when there
 * is none.
 */
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

/** OpenImmo is a German standard: an object without a language or country is in German. */
function usualLanguage(reader: ItemReader): string {
  return reader.values.country === undefined || reader.values.country === null ? 'de' : '';
}

function pictures(item: XmlElement): ImageCandidate[] | undefined {
  if (child(item, 'anhaenge') === undefined && child(item, 'anhang') === undefined) return undefined;
  return [...elementsAt(item, 'anhaenge/anhang'), ...elementsAt(item, 'anhang')].flatMap((attachment) => {
    const group = attachment.attributes['gruppe']?.trim().toUpperCase() ?? '';
    const path = textAt(attachment, 'daten/pfad')?.trim() ?? '';
    const inside = attachment.attributes['location']?.trim().toUpperCase() === 'INTERN' && !/^https?:/i.test(path);
    const format = textAt(attachment, 'format') ?? '';
    if (
      noPictures.has(group) ||
      inside ||
      /pdf|mpeg|mp4|video/i.test(format) ||
      /\.(?:pdf|docx?|mp4|html?)$/i.test(path)
    )
      return [];
    return [
      { url: path, caption: textAt(attachment, 'anhangtitel'), main: group === 'TITELBILD', plan: plans.has(group) },
    ];
  });
}
