/** For exports that change the letter case of names. */
import type { XmlElement } from '../xml/xml-element.ts';

type NameOf = (name: string) => string;

export const toLower: NameOf = (name) => name.toLowerCase();

export function foldNames(item: XmlElement): XmlElement {
  return item.children.some(({ name }) => name !== name.toLowerCase()) ? renamed(item, toLower, toLower) : item;
}

export function usualNames(elementOf: NameOf, attributeOf: NameOf): (item: XmlElement) => XmlElement {
  const isUsual = (element: XmlElement): boolean =>
    elementOf(element.name) === element.name &&
    Object.keys(element.attributes).every((name) => attributeOf(name) === name) &&
    element.children.every(isUsual);
  return (item) => (isUsual(item) ? item : renamed(item, elementOf, attributeOf));
}

/** `otherwise` handles unlisted names. */
export function namesOf(usual: readonly string[], otherwise: NameOf = (name) => name): NameOf {
  const byFolded = new Map(usual.map((name) => [name.toLowerCase(), name]));
  return (name) => byFolded.get(name.toLowerCase()) ?? otherwise(name);
}

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
