import type { XmlElement } from '../xml/xml-element.ts';
import { child, textAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import { parseNumber } from '../values/numbers.ts';

const flagNames: readonly (readonly [path: string, label: string, word?: RegExp])[] = [
  ['ausstattung/kamin', 'Fireplace'],
  ['ausstattung/klimatisiert', 'Air conditioning'],
  ['ausstattung/fahrstuhl/@PERSONEN', 'Lift'],
  ['ausstattung/fahrstuhl/@LASTEN', 'Goods lift'],
  ['ausstattung/kueche/@EBK', 'Fitted kitchen'],
  ['ausstattung/kueche/@OFFEN', 'Open kitchen'],
  ['ausstattung/heizungsart/@FUSSBODEN', 'Underfloor heating'],
  ['ausstattung/stellplatzart/@GARAGE', 'Garage'],
  ['ausstattung/stellplatzart/@TIEFGARAGE', 'Underground parking'],
  ['ausstattung/stellplatzart/@CARPORT', 'Carport'],
  ['ausstattung/stellplatzart/@FREIPLATZ', 'Parking'],
  ['ausstattung/gartennutzung', 'Garden'],
  ['ausstattung/moebliert/@moeb', 'Furnished', /^(?:VOLL|JA|1|true)$/i],
  ['ausstattung/moebliert/@moeb', 'Partly furnished', /^TEIL$/i],
  ['ausstattung/rollstuhlgerecht', 'Wheelchair accessible'],
  ['ausstattung/barrierefrei', 'Barrier-free'],
  ['ausstattung/kabel_sat_tv', 'Cable or satellite TV'],
  ['ausstattung/sauna', 'Sauna'],
  ['ausstattung/swimmingpool', 'Pool'],
  ['ausstattung/wasch_trockenraum', 'Laundry room'],
  ['ausstattung/wintergarten', 'Winter garden'],
  ['ausstattung/wellnessbereich', 'Wellness'],
  ['ausstattung/sicherheitstechnik/@ALARMANLAGE', 'Alarm'],
  ['ausstattung/unterkellert/@keller', 'Cellar', /^(?:JA|TEIL|true|1)$/i],
  ['ausstattung/abstellraum', 'Storage room'],
  ['ausstattung/fahrradraum', 'Bicycle room'],
  ['ausstattung/dachboden', 'Attic'],
  ['ausstattung/gaestewc', 'Guest toilet'],
  ['ausstattung/bibliothek', 'Library'],
  ['ausstattung/seniorengerecht', 'Senior-friendly'],
  ['verwaltung_objekt/haustiere', 'Pets allowed'],
  ['verwaltung_objekt/denkmalgeschuetzt', 'Listed building'],
];
const countNames: readonly (readonly [path: string, one: string, many: string])[] = [
  ['flaechen/anzahl_zimmer', 'room', 'rooms'],
  ['flaechen/anzahl_balkone', 'balcony', 'balconies'],
  ['flaechen/anzahl_terrassen', 'terrace', 'terraces'],
  ['flaechen/anzahl_stellplaetze', 'parking space', 'parking spaces'],
];

/** `undefined` without `ausstattung` and `flaechen`. */
export function openimmoFeatures(item: XmlElement): string[] | undefined {
  if (child(item, 'ausstattung') === undefined && child(item, 'flaechen') === undefined) return undefined;
  const flags = flagNames.filter(([path, , word]) => {
    const text = textAt(item, path)?.trim() ?? '';
    return word === undefined ? parseBoolean(text) === true : word.test(text);
  });
  const counts = countNames.flatMap(([path, one, many]) => {
    const count = parseNumber(textAt(item, path) ?? '', { loneGroup: 'decimal' });
    return count === null || count <= 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return [...counts, ...flags.map(([, label]) => label)];
}
