/**
 * `npm run gazetteer -- <GeoNames table> ...` makes `gazetteer.json` from GeoNames (geonames.org, CC BY 4.0):
 * `cities15000`, then `cities1000` for smaller places. The first table wins.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { compared } from './compared-name.ts';

export type TownNames = readonly string[];

export interface Town {
  readonly id: string;
  readonly name: string;
  readonly otherNames: readonly string[];
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly population: number;
}

/** Where agencies sell, and where their buyers live. */
const countries = new Set(
  (
    'CY GR ES PT AD IT SM MT FR MC BE NL LU DE AT CH LI GB IE IM JE GG GI DK SE NO FI IS EE LV LT PL CZ SK HU RO BG ' +
    'HR SI RS ME BA MK AL XK TR RU UA BY MD GE AM IL AE QA SA LB EG MA TN AU NZ BR AR UY CL MX CR PA DO US CA ZA'
  ).split(' '),
);

/** Few smaller places have foreign names. */
const minPopulation = 15_000;

/** A shared name means the town with this many times the inhabitants of each other. */
const farLarger = 5;

const scripts = ['Latin', 'Greek', 'Cyrillic', 'Hebrew', 'Arabic', 'Han'].map((name) => `\\p{Script=${name}}`);
const writing = new RegExp(`^[${scripts.join('')}\\p{M}\\s.'’\\-()/]+$`, 'u');
const nameInLatin = /^(?:(?:['’]?[st]|l|d|la|le|el|les|los|as|os)[-'’ ])?\p{Lu}/u;
const maxLetters = 40;

/** Reads `geoname` in GeoNames' readme (tabs, 19 columns). */
export function readTowns(table: string): Town[] {
  return table
    .split('\n')
    .map((row) => row.split('\t'))
    .filter(({ length }) => length >= 15)
    .map((columns) => ({
      id: columns[0] as string,
      name: columns[1] as string,
      otherNames: (columns[3] as string).split(',').filter(Boolean),
      country: columns[8] as string,
      population: Number(columns[14]),
    }));
}

/** Keeps names that mean a single town, or a far larger one. */
export function gazetteerOf(towns: readonly Town[]): TownNames[] {
  const kept = towns.filter(({ country, population }) => countries.has(country) && population >= minPopulation);
  const bearers = Map.groupBy(
    [
      ...towns.map((town) => ({ name: compared(town.name), town })),
      ...kept.flatMap((town) => usableNames(town).map((name) => ({ name, town }))),
    ],
    ({ name }) => name,
  );
  const isMeant = (town: Town, name: string) =>
    (bearers.get(name) ?? []).every(
      ({ town: other }) =>
        compared(other.name) === compared(town.name) || town.population >= farLarger * other.population,
    );
  const lines = new Map<string, Set<string>>();
  for (const town of kept) {
    const first = compared(town.name);
    const others = usableNames(town).filter((name) => isMeant(town, name));
    lines.set(first, new Set([...(lines.get(first) ?? []), ...others]));
  }
  const claimed = new Set([...lines.values()].flatMap((names) => [...names]));
  return [...lines]
    .filter(([first, names]) => names.size > 0 && !claimed.has(first))
    .map(([first, names]) => [first, ...[...names].sort()])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
}

function usableNames({ name, otherNames }: Town): string[] {
  const known = new Set([plain(compared(name))]);
  const names = otherNames.filter((other) => other.length <= maxLetters && writing.test(other) && isName(other));
  return names.map(compared).filter((other) => {
    const form = plain(other);
    if (form === '' || known.has(form)) return false;
    known.add(form);
    return true;
  });
}

/** GeoNames transcribes in small letters (`nwrnbrg`); codes are capitals (`QLI`). */
function isName(other: string): boolean {
  if (!/\p{Script=Latin}/u.test(other)) return true;
  return other.length > 2 && nameInLatin.test(other) && !/^\p{Lu}{3}$/u.test(other);
}

/** Matching folds these itself. */
function plain(name: string): string {
  return name.replace(/([aou])e/g, '$1');
}

if (import.meta.main) {
  const rows = process.argv.slice(2).flatMap((path) => readTowns(readFileSync(path, 'utf8')));
  const towns = [...new Map(rows.toReversed().map((town) => [town.id, town])).values()];
  if (towns.length === 0) throw new Error('Expected the paths of GeoNames tables (cities15000.txt cities1000.txt)');
  const lines = gazetteerOf(towns).map((line) => JSON.stringify(line));
  writeFileSync(new URL('gazetteer.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
}
