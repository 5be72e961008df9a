/** Exports that write a format's names in capitals are read as if they were in the usual small letters. */
import type { XmlElement } from '../xml/xml-element.ts';

/** The item with all names in small letters; the item itself where the names of its children already are. */
export function foldNames(item: XmlElement): XmlElement {
  return item.children.some(({ name }) => name !== name.toLowerCase()) ? folded(item) : item;
}

/** Nothing is read before it is asked for: a preview notes what is. */
function folded(element: XmlElement): XmlElement {
  let children: readonly XmlElement[] | undefined;
  const childrenOf = (): readonly XmlElement[] => (children ??= element.children.map(folded));
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(element.attributes))
    Object.defineProperty(attributes, name.toLowerCase(), {
      enumerable: true,
      configurable: true,
      get: () => element.attributes[name],
    });
  return {
    name: element.name.toLowerCase(),
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
