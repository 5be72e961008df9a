/**
 * Paths of a mapping, from the item: `price/value`, `@id`, `images/*`, `foto*`, `component[@name=city]`,
 * `room[type=bath]`, `phone[2]`, `.` for the item itself. Names are local names, letter case counts; `*` in a name stands
 * for any characters; a number in brackets counts from 1.
 */
import type { XmlElement } from '../xml-element.ts';

interface Step {
  readonly name: RegExp;
  readonly where?: { readonly attribute: boolean; readonly name: string; readonly value: string };
  readonly position?: number;
}

export interface MappingPath {
  readonly text: string;
  readonly steps: readonly Step[];
  /** The last step, when it is an attribute. */
  readonly attribute?: string;
}

const STEP = /^([^[\]@=]+)(?:\[(?:(\d+)|(@?)([^@[\]=]+)=(?:"([^"]*)"|'([^']*)'|([^\]"']*)))\])?$/u;

/** Reads a path; a sentence saying what is wrong with it instead when it is none. */
export function readMappingPath(text: string): MappingPath | string {
  const trimmed = text.trim();
  if (trimmed === '') return 'the path is empty';
  const parts = splitSteps(trimmed);
  const last = parts.at(-1) ?? '';
  const attribute = last.startsWith('@') ? last.slice(1) : undefined;
  if (attribute === '') return `"${text}" ends with @ and no attribute name`;
  const steps: Step[] = [];
  for (const part of attribute === undefined ? parts : parts.slice(0, -1)) {
    if (part === '.') continue;
    if (part === '') return `"${text}" has an empty step: paths begin at the item, without a leading slash`;
    if (part === '..') return `"${text}" goes up with ..: paths stay inside the item`;
    if (part.startsWith('@')) return `"${text}" has an attribute before its last step`;
    const match = STEP.exec(part);
    if (!match?.[1]) return `"${text}" has a step that cannot be read: "${part}"; conditions look like name[@attribute=value], name[child=value] or name[2]`;
    const [, name, position, at, whereName, ...values] = match;
    steps.push({
      name: globOf(name),
      ...(position === undefined ? {} : { position: Number(position) }),
      ...(whereName === undefined ? {} : { where: { attribute: at === '@', name: whereName.trim(), value: (values.find((value) => value !== undefined) ?? '').trim() } }),
    });
  }
  return { text: trimmed, steps, ...(attribute === undefined ? {} : { attribute: localName(attribute) }) };
}

/** The elements that a path leads to, its attribute left aside. */
export function elementsOn(path: MappingPath, item: XmlElement): readonly XmlElement[] {
  return path.steps.reduce<readonly XmlElement[]>((elements, step) => elements.flatMap((element) => childrenOn(step, element)), [item]);
}

/** The texts at a path: of its attribute, or of its elements. Missing attributes give nothing. */
export function textsOn(path: MappingPath, item: XmlElement, textOf: (element: XmlElement) => string = (element) => element.text): readonly string[] {
  const elements = elementsOn(path, item);
  const { attribute } = path;
  if (attribute === undefined) return elements.map(textOf);
  return elements.flatMap((element) => (element.attributes[attribute] === undefined ? [] : [element.attributes[attribute]]));
}

function childrenOn(step: Step, parent: XmlElement): readonly XmlElement[] {
  const named = parent.children.filter(({ name }) => step.name.test(name));
  const { where, position } = step;
  const chosen = where === undefined ? named : named.filter((element) => holds(element, where));
  return position === undefined ? chosen : chosen.slice(position - 1, position);
}

function holds(element: XmlElement, where: NonNullable<Step['where']>): boolean {
  const values = where.attribute ? [element.attributes[localName(where.name)]] : element.children.filter(({ name }) => name === localName(where.name)).map(({ text }) => text);
  return values.some((value) => value?.trim().toLowerCase() === where.value.toLowerCase());
}

/** Slashes inside of brackets belong to a value. */
function splitSteps(path: string): string[] {
  return path.split(/\/(?![^[]*\])/).map((step) => step.trim());
}

function globOf(name: string): RegExp {
  const escaped = localName(name.trim()).replace(/[.+?^${}()|\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'u');
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
