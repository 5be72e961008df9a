/**
 * Which names mean the same place. Three tables, the first that has a name decides: the location's own, ours
 * (`place-spellings.ts`), and the gazetteer of towns. A name in none of them is a place of its own.
 */

import { compared, prefixVariants } from './compared-name.ts';
import gazetteer from './gazetteer.json' with { type: 'json' };
import { placeSpellings } from './place-spellings.ts';

/** Lines of names that mean one place, the first of them its key; all in compared form. */
export class PlaceTable {
  readonly #base: PlaceTable | undefined;
  readonly #keys = new Map<string, string>();
  readonly #names = new Map<string, string[]>();

  /**
   * @param lines the first line that has a name keeps it
   * @param base another table, for what is not in this one
   */
  constructor(lines: Iterable<readonly string[]>, base?: PlaceTable) {
    this.#base = base;
    for (const line of lines) this.#add(line);
  }

  #add([first = '', ...others]: readonly string[]): void {
    const key = this.#keys.get(first) ?? this.#base?.keyOf(first) ?? first;
    const names = this.#names.get(key) ?? [];
    for (const name of [first, ...others]) {
      if (name === '' || this.#keys.has(name)) continue;
      this.#keys.set(name, key);
      names.push(name);
    }
    this.#names.set(key, names);
  }

  /** The key of the place that a name means. */
  keyOf(name: string): string | undefined {
    return this.#keys.get(name) ?? this.#base?.keyOf(name);
  }

  /**
   * Every name of the place with this key that the database's index can be asked for: in Latin letters. Texts in others
   * it looks through (`beyondIndex`).
   */
  spellingsOf(key: string): string[] {
    return [key, ...this.#namesOf(key)].filter((name) => !/[^\u0000-\u024f]/u.test(name)).flatMap(prefixVariants);
  }

  #namesOf(key: string): readonly string[] {
    return [...(this.#names.get(key) ?? []), ...(this.#base ? this.#base.#namesOf(key) : [])];
  }
}

/** The table that all locations have. */
export const commonPlaces = new PlaceTable([...placeSpellings.map((line) => line.map(compared)), ...gazetteer]);
