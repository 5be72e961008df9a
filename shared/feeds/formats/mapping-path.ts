/**
 * Paths from the item: `price/value`, `@id`, `images/*`, `foto*`, `@photo*`, `component[@name=city]`,
 * `room[type=bath]`, `phone[2]` (from 1), `.`. Names are local and case-sensitive; `*` is any characters. `../@kind`
 * reads the element around the item, `../../header/currency` what comes before it there. `name()`, `../name()`,
 * `price/*\/name()` give an element's name.
 */
import type { XmlElement } from '../xml/xml-element.ts';

/** A plain name, or the parts around each `*`. */
type Name = string | readonly string[];

interface Step {
  readonly name: Name;
  readonly where?: { readonly attribute: boolean; readonly name: Name; readonly value: Name };
  readonly position?: number;
}

export interface MappingPath {
  readonly text: string;
  readonly up: number;
  readonly ofNames?: boolean;
  readonly steps: readonly Step[];
  readonly attribute?: Name;
}

export interface Spot {
  readonly element: XmlElement;
  readonly name: string;
  readonly text: string;
}

const maxPathLength = 1000;
const stepPattern = /^([^[\]@=]+)(?:\[(?:(\d+)|(@?)([^@[\]=]+)=(?:"([^"]*)"|'([^']*)'|([^\]"']*)))\])?$/u;

/** @returns a sentence about the problem if the path is invalid */
export function readMappingPath(text: string): MappingPath | string {
  const trimmed = text.trim();
  if (trimmed === '') return 'the path is empty';
  if (trimmed.length > maxPathLength) return `"${trimmed.slice(0, 50)}…" is longer than ${maxPathLength} characters`;
  const { parts, up, ofNames } = frame(splitSteps(trimmed));
  const last = parts.at(-1) ?? '';
  const attribute = last.startsWith('@') ? last.slice(1) : undefined;
  if (attribute === '') return `"${text}" ends with @ and no attribute name`;
  const steps: Step[] = [];
  for (const part of attribute === undefined ? parts : parts.slice(0, -1)) {
    const step = part === '.' ? undefined : readStep(part);
    if (typeof step === 'string') return `"${text}" ${step}`;
    if (step) steps.push(step);
  }
  return {
    text: trimmed,
    up,
    steps,
    ...(ofNames ? { ofNames } : {}),
    ...(attribute === undefined ? {} : { attribute: readName(attribute) }),
  };
}

function readStep(part: string): Step | string {
  if (part === '') return 'has an empty step: paths begin at the item, without a leading slash';
  if (part === '..') return 'has .. after a name: .. may only stand at the beginning of a path';
  if (part.startsWith('@')) return 'has an attribute before its last step';
  const [, name, position, at, whereName, ...values] = stepPattern.exec(part) ?? [];
  if (!name)
    return (
      `has a step that cannot be read: "${part}"; conditions look like name[@attribute=value], ` +
      'name[child=value] or name[2]'
    );
  const step = { name: readName(name), ...(position === undefined ? {} : { position: Number(position) }) };
  if (whereName === undefined) return step;
  const value = readValue((values.find((one) => one !== undefined) ?? '').trim().toLowerCase());
  return { ...step, where: { attribute: at === '@', name: readName(whereName), value } };
}

function frame(written: readonly string[]): { parts: readonly string[]; up: number; ofNames: boolean } {
  const up = written.findIndex((part) => part !== '..');
  const steps = up < 0 ? [] : written.slice(up);
  const ofNames = steps.at(-1) === 'name()';
  return { parts: ofNames ? steps.slice(0, -1) : steps, up: up < 0 ? written.length : up, ofNames };
}

/** Root first. */
export type Around = readonly XmlElement[];

/** Ignores the path's attribute. */
export function elementsOn(path: MappingPath, item: XmlElement, around: Around = []): readonly XmlElement[] {
  const start = path.up === 0 ? item : around.at(-path.up);
  return path.steps.reduce<readonly XmlElement[]>(
    (elements, step) => elements.flatMap((element) => childrenOn(step, element)),
    start === undefined ? [] : [start],
  );
}

export interface SpotOptions {
  readonly around?: Around;
  readonly textOf?: (element: XmlElement) => string;
}

/** Numbered names come in the order of their numbers. */
export function spotsOn(
  path: MappingPath,
  item: XmlElement,
  { around = [], textOf = (element) => element.text }: SpotOptions = {},
): readonly Spot[] {
  const elements = elementsOn(path, item, around);
  const { attribute } = path;
  if (path.ofNames) return elements.map((element) => ({ element, name: element.name, text: element.name }));
  if (attribute === undefined)
    return elements.map((element) => ({ element, name: element.name, text: textOf(element) }));
  return elements.flatMap((element) => attributesOn(attribute, element));
}

export function textsOn(path: MappingPath, item: XmlElement, options: SpotOptions = {}): readonly string[] {
  return spotsOn(path, item, options).map(({ text }) => text);
}

function attributesOn(wanted: Name, element: XmlElement): readonly Spot[] {
  const { attributes } = element;
  const names =
    typeof wanted === 'string'
      ? Object.hasOwn(attributes, wanted)
        ? [wanted]
        : []
      : byNumber(
          Object.keys(attributes).filter((name) => fits(wanted, name)),
          (name) => name,
        );
  return names.map((name) => ({ element, name, text: attributes[name] ?? '' }));
}

function childrenOn(step: Step, parent: XmlElement): readonly XmlElement[] {
  const fitting = parent.children.filter(({ name }) => fits(step.name, name));
  const named = typeof step.name === 'string' ? fitting : byNumber(fitting, ({ name }) => name);
  const { where, position } = step;
  const chosen = where === undefined ? named : chosenBy(where, named);
  return position === undefined ? chosen : chosen.slice(position - 1, position);
}

/** Exports sort `PHOTO10` before `PHOTO2`. */
function byNumber<T>(found: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const stems = new Set(found.map((one) => nameOf(one).replace(/\d+$/, '')));
  return stems.size === 1 ? found.toSorted((a, b) => numberOf(nameOf(a)) - numberOf(nameOf(b))) : found;
}

function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0);
}

/** `param[@name=photo*]` in the order of the photos' numbers, too. */
function chosenBy(where: NonNullable<Step['where']>, elements: readonly XmlElement[]): readonly XmlElement[] {
  const found = elements.flatMap((element) => {
    const word = wordOf(element, where);
    return word === undefined ? [] : [{ element, word }];
  });
  const ordered = typeof where.value === 'string' ? found : byNumber(found, ({ word }) => word);
  return ordered.map(({ element }) => element);
}

function wordOf(element: XmlElement, { attribute, name: wanted, value }: NonNullable<Step['where']>) {
  const spots = attribute ? attributesOn(wanted, element) : element.children.filter(({ name }) => fits(wanted, name));
  return spots.map(({ text }) => text.trim().toLowerCase()).find((text) => fits(value, text));
}

function splitSteps(path: string): string[] {
  return path.split(/\/(?![^[]*\])/).map((step) => step.trim());
}

function readName(written: string): Name {
  return readValue(localName(written.trim()));
}

/** `param[@name=photo*]` */
function readValue(written: string): Name {
  return written.includes('*') ? written.split('*') : written;
}

/** Searches each part once: fast, however many `*`. */
function fits(wanted: Name, name: string): boolean {
  if (typeof wanted === 'string') return wanted === name;
  const [first = '', ...between] = wanted;
  const last = between.pop() ?? '';
  const end = name.length - last.length;
  if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const part of between) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= end;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
