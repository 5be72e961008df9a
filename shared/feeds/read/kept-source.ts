/**
 * Many fields combine several elements, and a delta sends only the changed ones: elements are stored with a listing.
 */

import type { FeedFormat, KeptSource } from '../formats/feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';

/** `undefined`: nothing to store. */
export function sourceOf(item: XmlElement, { keeps, keepsOfAddress = [] }: FeedFormat): KeptSource | undefined {
  if (!keeps) return undefined;
  const whole = { name: item.name, attributes: {}, children: selected(item, stepsOf(keeps)), text: '' };
  return { whole, withoutAddress: { ...whole, children: left(whole, stepsOf(keepsOfAddress)) } };
}

/**
 * Children of a stored element merge one by one; a sent child replaces the whole stored one, an empty element clears
 * all.
 */
export function mergeSources(stored: XmlElement, update: XmlElement): XmlElement {
  return {
    ...update,
    children: mergeChildren(stored, update, (before, now) =>
      isMadeOfParts(before) && isMadeOfParts(now) && !isEmpty(now) ? mergeParts(before, now) : now,
    ),
  };
}

function mergeParts(stored: XmlElement, update: XmlElement): XmlElement {
  return {
    ...update,
    attributes: { ...stored.attributes, ...update.attributes },
    children: mergeChildren(stored, update, (_, now) => now),
  };
}

function mergeChildren(
  stored: XmlElement,
  update: XmlElement,
  merge: (before: XmlElement, now: XmlElement) => XmlElement,
): readonly XmlElement[] {
  const said = Map.groupBy(update.children, keyOf);
  const had = Map.groupBy(stored.children, keyOf);
  const both = [...had].flatMap(([key, before]) => {
    const now = said.get(key) ?? before;
    return before.length === 1 && now.length === 1 ? [merge(before[0] as XmlElement, now[0] as XmlElement)] : now;
  });
  return [...both, ...update.children.filter((child) => !had.has(keyOf(child)))];
}

/** Name (any case) plus language or number. */
function keyOf({ name, attributes }: XmlElement): string {
  return `${name.toLowerCase()} ${attributes['lang'] ?? attributes['id'] ?? ''}`;
}

function isMadeOfParts({ text, mixed }: XmlElement): boolean {
  return text === '' && mixed === undefined;
}

function isEmpty({ attributes, children }: XmlElement): boolean {
  return children.length === 0 && Object.keys(attributes).length === 0;
}

type Steps = readonly (readonly string[])[];

function stepsOf(paths: readonly string[]): Steps {
  return paths.map((path) => path.toLowerCase().split('/'));
}

function selected(element: XmlElement, places: Steps): XmlElement[] {
  return element.children.flatMap((child) => {
    const within = places.filter(([name]) => name === child.name.toLowerCase()).map(([, ...rest]) => rest);
    if (within.length === 0) return [];
    return [
      within.some((rest) => rest.length === 0)
        ? child
        : { name: child.name, attributes: {}, children: selected(child, within), text: '' },
    ];
  });
}

function left(element: XmlElement, places: Steps): XmlElement[] {
  return element.children.flatMap((child) => {
    const within = places.filter(([name]) => name === child.name.toLowerCase()).map(([, ...rest]) => rest);
    if (within.length === 0) return [child];
    return within.some((rest) => rest.length === 0) ? [] : [{ ...child, children: left(child, within) }];
  });
}

interface Packed {
  readonly n: string;
  readonly a?: Readonly<Record<string, string>>;
  readonly t?: string;
  /** Child elements and texts between them. */
  readonly c?: readonly (string | Packed)[];
}

/** As text: element names may be invalid database keys. */
export function packSource(element: XmlElement): string {
  return JSON.stringify(pack(element));
}

export function unpackSource(packed: string): XmlElement {
  return unpack(JSON.parse(packed) as Packed);
}

function pack({ name, attributes, text, children, mixed }: XmlElement): Packed {
  const parts = (mixed ?? children).map((part) => (typeof part === 'string' ? part : pack(part)));
  return {
    n: name,
    ...(Object.keys(attributes).length > 0 ? { a: attributes } : {}),
    ...(text === '' ? {} : { t: text }),
    ...(parts.length > 0 ? { c: parts } : {}),
  };
}

function unpack({ n, a = {}, t = '', c = [] }: Packed): XmlElement {
  const parts = c.map((part) => (typeof part === 'string' ? part : unpack(part)));
  const children = parts.filter((part) => typeof part !== 'string');
  return { name: n, attributes: a, children, text: t, ...(children.length < parts.length ? { mixed: parts } : {}) };
}
