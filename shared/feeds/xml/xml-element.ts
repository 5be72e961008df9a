import { memoize } from '../../platform/memoize.ts';

/** Names are local. `text` includes CDATA, trimmed; `children` are in document order. */
export interface XmlElement {
  readonly name: string;
  /** By local name, without `xmlns`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly namespace?: string;
  /** In order, if both are present (HTML outside CDATA). */
  readonly mixed?: readonly (string | XmlElement)[];
}

export function child(element: XmlElement | undefined, name: string, anyCase = false): XmlElement | undefined {
  if (element === undefined) return undefined;
  if (!anyCase) return element.children.find((candidate) => candidate.name === name);
  const wanted = name.toLowerCase();
  return element.children.find((candidate) => candidate.name.toLowerCase() === wanted);
}

export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** `images/image`; `*` is any name; '' is `element`. */
export function elementsAt(element: XmlElement, path: string): readonly XmlElement[] {
  const steps = stepsOf(path);
  if (steps.length === 0) return [element];
  const found: XmlElement[] = [];
  collect(element, steps, 0, found);
  return found;
}

/** `images/image/@url`. Empty elements give `''`; missing attributes nothing. */
export function textsAt(element: XmlElement, path: string): readonly string[] {
  const at = path.lastIndexOf('@');
  if (at < 0) return elementsAt(element, path).map((found) => found.text);
  const name = path.slice(at + 1);
  return elementsAt(element, path.slice(0, at)).flatMap((found) => attribute(found, name) ?? []);
}

function attribute({ attributes }: XmlElement, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** `undefined` if absent, `''` if empty. */
export function textAt(element: XmlElement, path: string): string | undefined {
  return textsAt(element, path)[0];
}

/** Items repeat a few hundred paths. */
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
