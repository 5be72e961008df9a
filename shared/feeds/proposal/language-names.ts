/** Languages in the names of places: `desc/en`, `description_de`, `title-it`, `descriptionEn`. */
import { parseLanguage } from '../values/languages.ts';
import type { Place } from './inventory.ts';

const CODES: ReadonlySet<string> = new Set('en es de fr it nl pt ru el sv nb no da fi pl cs ca uk bg ro hu tr zh ar he ja ko et lv lt sk sl hr sr eu gl th vi hi id gb se dk cat cz gr cn'.split(' '));
const SUFFIX = /^(.+?)(?:[_\-.]([a-zA-Z]{2,3})|([A-Z][a-z]))$/;

/** The language that a place's name says; `undefined` when it says none. */
export function languageOfName(place: Place): string | undefined {
  return split(place)?.language;
}

/** The place's path with its language left out: equal for the texts of one field in several languages. */
export function foldsOf(place: Place): string | undefined {
  return split(place)?.rest;
}

function split(place: Place): { rest: string; language: string } | undefined {
  if (place.attribute || place.path.includes('[')) return undefined;
  const at = place.path.lastIndexOf('/');
  const [parent, leaf] = [place.path.slice(0, Math.max(0, at)), place.path.slice(at + 1)];
  if (parent !== '' && CODES.has(leaf.toLowerCase())) return withLanguage(`${parent}/`, leaf);
  const match = SUFFIX.exec(leaf);
  const code = (match?.[2] ?? match?.[3] ?? '').toLowerCase();
  return match && CODES.has(code) ? withLanguage(`${parent}/${match[1] ?? ''}`, code) : undefined;
}

function withLanguage(rest: string, code: string): { rest: string; language: string } | undefined {
  const language = parseLanguage(code);
  return language === null ? undefined : { rest, language };
}
