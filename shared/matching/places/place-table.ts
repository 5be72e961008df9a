/** The first table with the name decides. Other names are places of their own. */

import { compared, prefixVariants } from './compared-name.ts';
import gazetteer from './gazetteer.json' with { type: 'json' };
import { placeSpellings } from './place-spellings.ts';

/** The first name of a line is the key. */
export class PlaceTable {
  readonly #base: PlaceTable | undefined;
  readonly #keys = new Map<string, string>();
  readonly #names = new Map<string, string[]>();

  /** @param lines a name stays in its first line */
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

  keyOf(name: string): string | undefined {
    return this.#keys.get(name) ?? this.#base?.keyOf(name);
  }

  /** In Latin letters, for the index; `beyondIndex` covers others. */
  spellingsOf(key: string): string[] {
    return [key, ...this.#namesOf(key)].filter((name) => !/[^\u0000-\u024f]/u.test(name)).flatMap(prefixVariants);
  }

  #namesOf(key: string): readonly string[] {
    return [...(this.#names.get(key) ?? []), ...(this.#base ? this.#base.#namesOf(key) : [])];
  }
}

export const commonPlaces = new PlaceTable([...placeSpellings.map((line) => line.map(compared)), ...gazetteer]);
