import type { XmlElement } from '../xml/xml-element.ts';

export interface Place {
  /** As in a mapping: `price/value`, `@id`, `address/component[@name=city]`. */
  readonly path: string;
  readonly names: readonly string[];
  readonly attribute: boolean;
  items: number;
  zeros: number;
  /** Distinct, in order, at most `maxSamples`. */
  readonly samples: string[];
  distinct: number;
  repeats: boolean;
}

export interface Inventory {
  readonly items: number;
  readonly places: ReadonlyMap<string, Place>;
}

const maxSamples = 40;
const maxPlaces = 2000;
const tellingAttributeNames = ['name', 'key', 'type', 'field', 'label', 'code', 'id'];
const maxNameLength = 200;
const unspeakable = /["'=<>/@[\]*|\s]|^\.*$/;

/** Damaged tags give names that no mapping path can hold. */
function isUnspeakable(name: string): boolean {
  return name.length > maxNameLength || unspeakable.test(name);
}

export function takeInventory(items: readonly XmlElement[]): Inventory {
  const places = new Map<string, Place>();
  const values = new Map<Place, Set<string>>();
  const conditions = tellingAttributes(items);
  for (const item of items) {
    const filled = new Set<string>();
    visit(
      item,
      '',
      [],
      (path, names, attribute, text) => {
        let place = places.get(path);
        if (place === undefined) {
          if (places.size >= maxPlaces) return;
          place = { path, names, attribute, items: 0, zeros: 0, samples: [], distinct: 0, repeats: false };
          places.set(path, place);
          values.set(place, new Set());
        }
        if (text === '') return;
        if (filled.has(path)) place.repeats = true;
        else {
          filled.add(path);
          place.items += 1;
          if (/^(?:0+(?:[.,]0+)?|-1(?:\.0+)?)$/.test(text)) place.zeros += 1;
        }
        const known = values.get(place) as Set<string>;
        if (known.has(text)) return;
        known.add(text);
        place.distinct = known.size;
        if (place.samples.length < maxSamples) place.samples.push(text);
      },
      conditions,
    );
  }
  return { items: items.length, places };
}

export function areSiblings(one: Place, other: Place): boolean {
  return one.path.slice(0, one.path.lastIndexOf('/') + 1) === other.path.slice(0, other.path.lastIndexOf('/') + 1);
}

type Visitor = (path: string, names: readonly string[], attribute: boolean, text: string) => void;

function visit(
  element: XmlElement,
  path: string,
  names: readonly string[],
  seen: Visitor,
  conditions: ReadonlyMap<string, string>,
): void {
  for (const [name, value] of Object.entries(element.attributes))
    if (!isUnspeakable(name)) seen(`${path === '' ? '' : `${path}/`}@${name}`, [...names, name], true, value.trim());
  if (path !== '' && (element.children.length === 0 || element.text !== '' || element.mixed !== undefined))
    seen(path, names, false, element.mixed === undefined ? element.text : textOf(element));
  for (const child of element.children) {
    if (isUnspeakable(child.name)) continue;
    const step = path === '' ? child.name : `${path}/${child.name}`;
    visit(child, step, [...names, child.name], seen, conditions);
    const telling = conditions.get(step);
    const value = telling === undefined ? undefined : child.attributes[telling];
    if (value !== undefined && value !== '')
      seen(`${step}[@${telling}=${value}]`, [...names, child.name, value], false, child.text);
  }
}

function textOf(element: XmlElement): string {
  return element.mixed === undefined
    ? element.text
    : element.mixed
        .map((part) => (typeof part === 'string' ? part : textOf(part)))
        .join(' ')
        .trim();
}

function tellingAttributes(items: readonly XmlElement[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const collect = (element: XmlElement, path: string): void => {
    const byName = Map.groupBy(element.children, ({ name }) => name);
    for (const [name, siblings] of byName) {
      const step = path === '' ? name : `${path}/${name}`;
      if (siblings.length > 1 && !found.has(step)) {
        const telling = tellingAttributeNames.find((attribute) => {
          const values = siblings.map((sibling) => sibling.attributes[attribute]);
          return (
            values.every((value) => value !== undefined && /^[\p{L}][\p{L}\d_. -]{1,40}$/u.test(value)) &&
            new Set(values).size === values.length
          );
        });
        if (telling !== undefined) found.set(step, telling);
      }
      for (const sibling of siblings) collect(sibling, step);
    }
  };
  for (const item of items.slice(0, 10)) collect(item, '');
  return found;
}
