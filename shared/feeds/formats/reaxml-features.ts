/** `airConditioning` 1 is "Air conditioning", `carports` 2 "2 carports". */
import type { XmlElement } from '../xml/xml-element.ts';
import { child } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';

const featureGroups = ['features', 'allowances', 'ecoFriendly'];
const rooms: ReadonlySet<string> = new Set(['bedrooms', 'bathrooms']);
const texts: ReadonlySet<string> = new Set(['otherFeatures']);
const counted: ReadonlySet<string> = new Set([
  'garages',
  'carports',
  'ensuite',
  'livingAreas',
  'openSpaces',
  'toilets',
  'studies',
]);

export function reaxmlFeatures(item: XmlElement, categories: readonly string[]): string[] | undefined {
  const groups = featureGroups.map((name) => child(item, name)).filter((group) => group !== undefined);
  if (groups.length === 0 && categories.length === 0) return undefined;
  return [...categories, ...groups.flatMap((group) => group.children.flatMap(labelsOf))];
}

function labelsOf(feature: XmlElement): string[] {
  if (rooms.has(feature.name)) return [];
  const text = feature.text.trim();
  if (texts.has(feature.name)) return text.split(',').map((part) => part.trim());
  const label = words(feature.name === 'ensuite' ? 'ensuites' : feature.name);
  if (counted.has(feature.name) && /^\d+$/.test(text)) {
    if (Number(text) === 0) return [];
    return [Number(text) === 1 ? label.replace(/s$/, '') : `${text} ${label.toLowerCase()}`];
  }
  return parseBoolean(text) === true ? [label] : [];
}

function words(name: string): string {
  const spaced = name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
