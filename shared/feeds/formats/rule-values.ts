import type { XmlElement } from '../xml/xml-element.ts';
import type { Goal } from './feed-format.ts';
import { saysYes } from '../values/flags.ts';
import { findNumbers, parseNumber, roundTo } from '../values/numbers.ts';
import type { CompiledMapping, Rule } from './mapping.ts';
import { tableKey } from './mapping.ts';
import { placesInLine } from './one-line-address.ts';
import { elementsOn, spotsOn, textsOn } from './mapping-path.ts';
import type { Around, MappingPath, Spot } from './mapping-path.ts';

export interface FoundText {
  readonly text: string;
  readonly rule: Rule;
}

export class RuleValues {
  readonly #item: XmlElement;
  readonly #around: Around;
  readonly #mapping: CompiledMapping;
  /** Once set, rules for the other one do not count. */
  goal: Goal | undefined;

  constructor(item: XmlElement, around: Around, mapping: CompiledMapping) {
    this.#item = item;
    this.#around = around;
    this.#mapping = mapping;
  }

  rules(field: string): readonly Rule[] {
    return (this.#mapping.fields.get(field) ?? []).filter((rule) => this.#counts(rule));
  }

  #counts({ for: goal, condition }: Rule): boolean {
    if (goal !== undefined && this.goal !== undefined && goal !== this.goal) return false;
    if (condition === undefined) return true;
    const { path, is, not, missing } = condition;
    const words = this.spots(path)
      .filter(({ text }) => text.trim() !== '')
      .map(({ text }) => tableKey(text));
    if (missing) return words.length === 0;
    return is === undefined ? !words.some((word) => not?.has(word)) : words.some((word) => is.has(word));
  }

  elements(path: MappingPath): readonly XmlElement[] {
    return elementsOn(path, this.#item, this.#around);
  }

  spots(path: MappingPath, textOf?: (element: XmlElement) => string): readonly Spot[] {
    return spotsOn(path, this.#item, { around: this.#around, ...(textOf ? { textOf } : {}) });
  }

  textAt(path: MappingPath | undefined): string | undefined {
    return path === undefined ? undefined : this.spots(path)[0]?.text;
  }

  /** Without `each`, the item itself. */
  items(rule: Rule): readonly XmlElement[] {
    return rule.each === undefined ? [this.#item] : this.elements(rule.each);
  }

  text(field: string): string | undefined {
    return this.first(field)?.text;
  }

  first(field: string): FoundText | undefined {
    let empty: FoundText | undefined;
    for (const rule of this.rules(field)) {
      const candidates = this.candidates(rule);
      const text = candidates.find((candidate) => candidate.trim() !== '');
      if (text !== undefined) return { text, rule };
      if (candidates.length > 0) empty ??= { text: '', rule };
    }
    return empty;
  }

  candidates(rule: Rule): readonly string[] {
    const found = rule.paths.flatMap((path) => this.spots(path).map(({ text }) => text));
    if (rule.sum !== undefined) return this.#sum(rule, rule.sum);
    if (rule.yes !== undefined || rule.no !== undefined) return found.flatMap((text) => flagged(text, rule));
    const filled = found.map((text) => text.trim()).filter((text) => text !== '');
    const texts = rule.join === undefined || found.length === 0 ? found : [filled.join(rule.join)];
    const all = texts.length === 0 && rule.value !== undefined ? [rule.value] : texts;
    return all.map((text) => translated(partOf(text, rule), rule));
  }

  #sum(rule: Rule, weights: readonly number[]): readonly string[] {
    const numbers = rule.paths.map((path) => numberIn(this.textAt(path), rule));
    if (numbers.every((number) => number === undefined)) return [];
    return [
      String(
        roundTo(
          numbers.reduce<number>((sum, one, at) => sum + (one ?? 0) * (weights[at] ?? 1), 0),
          2,
        ),
      ),
    ];
  }
}

function numberIn(text: string | undefined, { decimal }: Rule): number | undefined {
  const [token] = findNumbers(text ?? '');
  const number = token === undefined ? null : parseNumber(token, { loneGroup: 'decimal', decimal });
  return number === null || number < 0 ? undefined : number;
}

function flagged(text: string, { yes, no }: Rule): readonly string[] {
  const said = saysYes(text);
  const word = said === null ? undefined : said ? yes : no;
  return word === undefined ? [] : [word];
}

function partOf(text: string, { part }: Rule): string {
  if (part === undefined) return text;
  if (typeof part === 'string') return placesInLine(text)[part === 'region' ? 'province' : part] ?? '';
  return text.split(',', maxLineParts).at(part > 0 ? part - 1 : part) ?? '';
}

const maxLineParts = 50;

export function translated(text: string, rule: Rule): string {
  return rule.map?.get(tableKey(text)) ?? (text.trim() === '' ? undefined : rule.map?.get('*')) ?? text;
}

export function scopeOf({ pathsUp }: CompiledMapping, around: Around): string {
  return pathsUp.length === 0 ? '' : JSON.stringify(pathsUp.map((path) => textsOn(path, nothing, { around })));
}

/** Paths above an item ignore it. */
const nothing: XmlElement = { name: '', attributes: {}, children: [], text: '' };
