/**
 * Exports that write a format's names in other letters, mostly all in capitals, are read as if they were in the usual
 * ones.
 */
import type { XmlElement } from '../xml/xml-element.ts';

/** What a name is called in the format. */
type NameOf = (name: string) => string;

export const toLower: NameOf = (name) => name.toLowerCase();

/** The item with all names in small letters; the item itself where the names of its children already are. */
export function foldNames(item: XmlElement): XmlElement {
  return item.children.some(({ name }) => name !== name.toLowerCase()) ? renamed(item, toLower, toLower) : item;
}

/** A reader of items in a format's own letters; an item that is written in them is left as it is. */
export function usualNames(elementOf: NameOf, attributeOf: NameOf): (item: XmlElement) => XmlElement {
  const isUsual = (element: XmlElement): boolean =>
    elementOf(element.name) === element.name &&
    Object.keys(element.attributes).every((name) => attributeOf(name) === name) &&
    element.children.every(isUsual);
  return (item) => (isUsual(item) ? item : renamed(item, elementOf, attributeOf));
}

/** The names of a list in any letters; all others as `otherwise` makes them. */
export function namesOf(usual: readonly string[], otherwise: NameOf = (name) => name): NameOf {
  const byFolded = new Map(usual.map((name) => [name.toLowerCase(), name]));
  return (name) => byFolded.get(name.toLowerCase()) ?? otherwise(name);
}

/** Nothing is read before it is asked for: a preview notes what is. */
function renamed(element: XmlElement, elementOf: NameOf, attributeOf: NameOf): XmlElement {
  let children: readonly XmlElement[] | undefined;
  const childrenOf = (): readonly XmlElement[] =>
    (children ??= element.children.map((child) => renamed(child, elementOf, attributeOf)));
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(element.attributes))
    Object.defineProperty(attributes, attributeOf(name), {
      enumerable: true,
      configurable: true,
      get: () => element.attributes[name],
    });
  return {
    name: elementOf(element.name),
    attributes,
    get children() {
      return childrenOf();
    },
    get text() {
      return element.text;
    },
    ...(element.mixed === undefined
      ? {}
      : {
          get mixed() {
            let at = 0;
            return element.mixed?.map((part) => (typeof part === 'string' ? part : (childrenOf()[at++] ?? part)));
          },
        }),
  } as XmlElement;
}
