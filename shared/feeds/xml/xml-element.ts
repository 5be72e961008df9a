/**
 * A parsed XML element as formats read it, and the few ways of reading it. Names are local names (no prefix), text is
 * decoded, nothing is converted: numbers, dates and booleans stay text until a rule of `values/` reads them.
 */

import { memoize } from '../../platform/memoize.ts';

/** One element. `text` is its own text and CDATA, trimmed; `children` are its element children in document order. */
export interface XmlElement {
  readonly name: string;
  /** Attribute values by local name, decoded, in document order. `xmlns` declarations are left out. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  /** The default namespace that the element declares. */
  readonly namespace?: string;
  /** Text and elements in order; only present when an element has both (HTML written without CDATA). */
  readonly mixed?: readonly (string | XmlElement)[];
}

/** The first child of that name, letter case ignored when `anyCase`. */
export function child(element: XmlElement | undefined, name: string, anyCase = false): XmlElement | undefined {
  if (element === undefined) return undefined;
  if (!anyCase) return element.children.find((candidate) => candidate.name === name);
  const wanted = name.toLowerCase();
  return element.children.find((candidate) => candidate.name.toLowerCase() === wanted);
}

/** All children of that name, in document order. */
export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/**
 * All elements at a path of child names below `element`: `images/image`, `*` standing for any one name.
 * An empty path is the element itself.
 */
export function elementsAt(element: XmlElement, path: string): readonly XmlElement[] {
  const steps = stepsOf(path);
  if (steps.length === 0) return [element];
  const found: XmlElement[] = [];
  collect(element, steps, 0, found);
  return found;
}

/**
 * The texts at a path whose last step may be an attribute: `price/value`, `images/image/@url`. Elements that are there
 * but empty give `''`; a missing attribute gives nothing.
 */
export function textsAt(element: XmlElement, path: string): readonly string[] {
  const at = path.lastIndexOf('@');
  if (at < 0) return elementsAt(element, path).map((found) => found.text);
  const name = path.slice(at + 1);
  return elementsAt(element, path.slice(0, at)).flatMap((found) => attribute(found, name) ?? []);
}

/** The value of an attribute, whatever its name: of `constructor` no object's own is given. */
function attribute({ attributes }: XmlElement, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** The first text at a path (see `textsAt`): `undefined` when nothing is there, `''` when it is there and empty. */
export function textAt(element: XmlElement, path: string): string | undefined {
  return textsAt(element, path)[0];
}

/** Formats ask for the same few hundred paths of every item. */
const stepsOf = memoize((path): readonly string[] => path.split('/').filter((step) => step !== '' && step !== '.'), {
  maxAnswers: 5000,
});

function collect(element: XmlElement, steps: readonly string[], depth: number, found: XmlElement[]): void {
  const step = steps[depth] as string;
  const isLast = depth + 1 === steps.length;
  for (const child of element.children) {
    if (step !== '*' && child.name !== step) continue;
    if (isLast) found.push(child);
    else collect(child, steps, depth + 1, found);
  }
}
