/**
 * Finds languages in names (`desc/en`, `description_de`, `title-it`, `@descriptionEn`) or, if numbered (`descrip1`), in
 * words.
 */
import { languageTold } from '../values/language-of-text.ts';
import { parseLanguage } from '../values/languages.ts';
import type { Place } from './inventory.ts';

const codes: ReadonlySet<string> = new Set(
  (
    'en es de fr it nl pt ru el sv nb no da fi pl cs ca uk bg ro hu tr zh ar he ja ko et lv lt sk sl hr sr eu gl th ' +
    'vi hi id gb se dk cat cz gr cn'
  ).split(' '),
);
const suffix = /^(.+?)(?:[_\-.]([a-zA-Z]{2,3})|([A-Z][a-z]))$/;

/** `INFODE`, `TITELIT`, `omschrijvingNL`; not `orderNO`. */
export const gluedLanguage = new RegExp(
  '^(INFO|TEXTE?|TITEL|TITLE|TITOLO|TITULO|DESC|DESCR|DESCRIPTION|BESCHREIBUNG|TESTO|HEADLINE|REMARKS?|' +
    'NOTE|.*[a-z])(DE|IT|EN|ES|FR|NL|PT|RU|PL|EL|CS|SK|HU|HR|SL|TR|SV|DA|FI)$',
);

export function languageOfName(place: Place): string | undefined {
  return split(place)?.language;
}

function foldsOf(place: Place): string | undefined {
  return split(place)?.rest;
}

export interface TextKin {
  readonly named: readonly Place[];
  /** `descrizione` with `descrizione_en`. */
  readonly bare: Place | undefined;
  /** By its words; `undefined` if unclear. */
  readonly bareLanguage: string | undefined;
}

/**
 * A text and its other languages.
 *
 * @param isText whether a place may hold such a text: `title_id` is no Indonesian title
 */
export function languageKin(
  place: Place,
  places: readonly Place[],
  isText: (place: Place) => boolean,
): TextKin | undefined {
  const fold = foldsOf(place) ?? bareFold(place);
  if (fold === undefined) return undefined;
  const named = places.filter((one) => foldsOf(one) === fold && (one === place || isText(one)));
  if (named.length === 0) return undefined;
  const bare = places.find((one) => one.samples.length > 0 && bareFold(one) === fold && (one === place || isText(one)));
  return { named, bare, bareLanguage: bare === undefined ? undefined : bareLanguage(bare, places) };
}

/** Short titles take the language of the item's other unmarked texts. */
function bareLanguage(bare: Place, places: readonly Place[]): string | undefined {
  const folds = new Set(places.map(foldsOf).filter((fold) => fold !== undefined));
  const alike = places.filter((place) => place !== bare && folds.has(bareFold(place) ?? ''));
  return languageOfAll(bare.samples) ?? languageOfAll(alike.flatMap(({ samples }) => samples));
}

function languageOfAll(samples: readonly string[]): string | undefined {
  const told = new Set(samples.map((sample) => languageTold(sample)).filter((language) => language !== undefined));
  return told.size > 1 ? undefined : [...told][0];
}

function bareFold(place: Place): string | undefined {
  if (place.path.includes('[') || split(place) !== undefined) return undefined;
  return place.path.includes('/') ? place.path : `/${place.path}`;
}

/** `descrip1`, `descrip2`, ... by their words. The longest texts decide. */
export function numberedLanguages(
  place: Place,
  places: readonly Place[],
): readonly { language: string; place: Place }[] | undefined {
  const stem = stemOf(place);
  if (stem === undefined) return undefined;
  const byStem = Map.groupBy(
    places.filter(({ samples }) => samples.length > 0),
    (one) => stemOf(one) ?? '',
  );
  const own = byStem.get(stem) ?? [];
  if (own.length < 2) return undefined;
  const numbers = own.map(numberOf);
  for (const kin of [...byStem.values()].toSorted((one, other) => lengthOf(other) - lengthOf(one))) {
    const languages = new Map(
      kin.filter((one) => stemOf(one) !== undefined).map((one) => [numberOf(one), languageTold(one.samples.join(' '))]),
    );
    const told = numbers.map((number) => languages.get(number)).filter((language) => language !== undefined);
    const isPlain = new Set(told).size === told.length;
    if (isPlain && told.length > 1 && told.length >= own.length - 1 - Math.floor(own.length / 5))
      return own.flatMap((one, at) => {
        const language = languages.get(numbers[at] ?? '');
        return language === undefined ? [] : [{ language, place: one }];
      });
  }
  return undefined;
}

function lengthOf(places: readonly Place[]): number {
  return places.reduce((sum, { samples }) => sum + samples.join('').length, 0);
}

function stemOf({ path, attribute }: Place): string | undefined {
  return attribute || path.includes('[') ? undefined : /^(.*[^\d])\d+$/.exec(path)?.[1];
}

function numberOf({ path }: Place): string {
  return /\d+$/.exec(path)?.[0] ?? '';
}

function split(place: Place): { rest: string; language: string } | undefined {
  if (place.path.includes('[')) return undefined;
  const at = place.path.lastIndexOf('/');
  const [parent, leaf] = [place.path.slice(0, Math.max(0, at)), place.path.slice(at + 1)];
  if (parent !== '' && codes.has(leaf.toLowerCase())) return withLanguage(`${parent}/`, leaf);
  const match = suffix.exec(leaf) ?? gluedLanguage.exec(leaf);
  const code = (match?.[2] ?? match?.[3] ?? '').toLowerCase();
  return match && codes.has(code) ? withLanguage(`${parent}/${match[1] ?? ''}`, code) : undefined;
}

function withLanguage(rest: string, code: string): { rest: string; language: string } | undefined {
  const language = parseLanguage(code);
  return language === null ? undefined : { rest, language };
}
