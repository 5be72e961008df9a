/**
 * By letters, else by `eld`, the best of three libraries tried. A wrong label shows readers a foreign text: the usual
 * language counts unless another is clear.
 */
import { lazily } from '../../platform/libraries.ts';
import { beginningOf, maxProseLength } from './bounded.ts';
import { isLatin, languageOfLetters, notInLatin } from './languages-of-letters.ts';

/** European and Vietnamese; any more would match names. */
const latin = 'ca cs da de en es et eu fi fr hr hu it lt lv nl no pl pt ro sk sl sv tr vi'.split(' ');
const detector = lazily(async () => {
  const { eld } = await import('eld/extrasmall');
  const own = eld.newInstance();
  own.setLanguageSubset(latin);
  return own;
});
/** What the detector takes unknown languages for. */
const kin: ReadonlyMap<string, readonly string[]> = new Map([
  ['bs', ['hr']],
  ['sr', ['hr']],
  ['gl', ['pt', 'es']],
  ['oc', ['ca', 'fr']],
  ['lb', ['de']],
]);
/** Alike when written without accents. */
const twins: ReadonlyMap<string, string> = new Map([
  ['cs', 'sk'],
  ['sk', 'cs'],
]);
const czechLetters = /[ěřů]/giu;
const slovakLetters = /[ľĺŕô]/giu;
/** Times likelier than the usual language; few words may be names. */
const ahead = { fewWords: 1.25, sentence: 1.05 } as const;
/** More letters are not a name. */
const longLetters = 60;
/** Fewer are a name. */
const minLetters = 8;
const minWords = 2;

/** Names are capitalised. */
const noName = /(?<!\p{L})(?:\p{Ll}+|\p{Lu}{2,})(?!\p{L})/gu;

export function languageOfText(text: string, usual: string): string {
  const lettered = languageOfLetters(text, usual)?.likely;
  if (lettered !== undefined) return lettered;
  const fits = !notInLatin.has(usual);
  const rivals = fits ? (ruledOut(text).includes(usual) ? [] : [usual, ...likeUsual(text, usual)]) : ['en'];
  const [first, ...others] = likeliest(text);
  const usualHere = fits || !isLatin(text) ? usual : 'en';
  if (first === undefined || rivals.includes(first.language)) return usualHere;
  const rival = others.find(({ language }) => rivals.includes(language))?.score ?? 0;
  const isSentence = count(text, noName) > minWords || count(text, /\p{L}/gu) >= longLetters;
  const factor = isSentence ? ahead.sentence : ahead.fewWords;
  return first.score >= rival * factor ? first.language : usualHere;
}

function likeUsual(text: string, usual: string): readonly string[] {
  const twin = twins.get(usual);
  return twin !== undefined && !/\p{L}\p{M}/u.test(beginningOf(text, maxProseLength).normalize('NFD'))
    ? [twin]
    : (kin.get(usual) ?? []);
}

/**
 * `undefined` if too short, or if letters are shared.
 *
 * @param usual decides for shared letters
 */
export function languageTold(text: string, usual?: string): string | undefined {
  const lettered = languageOfLetters(text, usual);
  if (lettered) return usual === undefined ? lettered.told : lettered.likely;
  return likeliest(text)[0]?.language;
}

function likeliest(text: string): { readonly language: string; readonly score: number }[] {
  const shown = withoutAddresses(beginningOf(text, maxProseLength).replace(/<[^<>]*>/g, ' '));
  const letters = count(shown, /\p{L}/gu);
  const isName = letters < minLetters || (letters < longLetters && count(shown, noName) < minWords);
  if (isName || !isLatin(shown)) return [];
  const not = ruledOut(shown);
  return Object.entries(detector().detect(shown).getScores())
    .filter(([code]) => !not.includes(code))
    .map(([code, score]) => ({ language: code === 'no' ? 'nb' : code, score }))
    .toSorted((one, other) => other.score - one.score);
}

/** By letters that these languages lack. */
function ruledOut(text: string): readonly string[] {
  const [czech, slovak] = [count(text, czechLetters), count(text, slovakLetters)];
  return czech === slovak ? [] : [czech > slovak ? 'sk' : 'cs', 'pl', 'hr', 'sl'];
}

const inAddress = /\S(?:@|:\/\/|www\.)\S/;

function withoutAddresses(text: string): string {
  return inAddress.test(text) ? text.replace(/\S+/g, (word) => (inAddress.test(word) ? ' ' : word)) : text;
}

function count(text: string, pattern: RegExp): number {
  return beginningOf(text, maxProseLength).match(pattern)?.length ?? 0;
}
