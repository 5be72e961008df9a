import type { XmlElement } from '../xml/xml-element.ts';

/** A view that adds the path of each read text and attribute to `read`: `price/value`, `@id`. */
export function recordReads(element: XmlElement, read: Set<string>, path = ''): XmlElement {
  const at = (name: string): string => (path === '' ? name : `${path}/${name}`);
  let children: readonly XmlElement[] | undefined;
  let mixed: readonly (string | XmlElement)[] | undefined;
  const childrenOf = (): readonly XmlElement[] =>
    (children ??= element.children.map((child) => recordReads(child, read, at(child.name))));
  const attributes = new Proxy(element.attributes as Record<string, string>, {
    get: (target, name) => {
      if (typeof name === 'string') read.add(at(`@${name}`));
      return Reflect.get(target, name);
    },
  });
  return {
    name: element.name,
    attributes,
    get children() {
      return childrenOf();
    },
    get text() {
      read.add(path);
      return element.text;
    },
    ...(element.mixed === undefined
      ? {}
      : {
          get mixed() {
            read.add(path);
            let at = 0;
            mixed ??= element.mixed?.map((part) => (typeof part === 'string' ? part : (childrenOf()[at++] ?? part)));
            return mixed;
          },
        }),
  } as XmlElement;
}
