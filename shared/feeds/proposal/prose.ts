/** By looks: the longest prose that differs in every listing. */
import { nameKey } from '../values/words.ts';
import { guessedFields, leadsElsewhere, nameScore } from './field-names.ts';
import type { Inventory, Place } from './inventory.ts';

const minLength = 80;
const minWords = 10;
/** Repeated texts are the agency's notices. */
const ownTexts = 0.8;
const minShareOfTexts = 0.5;
/** No list covers all languages, so prose found by looks raises a doubt. */
const notForReaders = new RegExp(
  'intern(?!et)|privat|reserv|riserv|confiden|vertraul|hidden|secret|note|notiz|^nota|bemerk|anmerk|' +
    'remark|comment|kommentar|disclaim|legal|terms|impressum|seo|meta|keyword|bio(?:graphy)?$|about|' +
    'profile|besichtig|history|error|debug',
);

export function findProse(places: readonly Place[], { items }: Inventory): Place | undefined {
  const [longest] = places
    .filter(
      (place) =>
        items > 1 &&
        place.items >= items * minShareOfTexts &&
        place.distinct >= place.items * ownTexts &&
        isForReaders(place) &&
        isProse(place.samples),
    )
    .toSorted((a, b) => meanLength(b.samples) * b.items - meanLength(a.samples) * a.items);
  return longest;
}

function isForReaders({ names, attribute }: Place): boolean {
  if (leadsElsewhere(names) || names.some((name) => notForReaders.test(nameKey(name)))) return false;
  return !guessedFields.some((field) => field !== 'descriptions' && nameScore(field, names, attribute) >= 0.5);
}

function isProse(samples: readonly string[]): boolean {
  const sentences = samples.filter((sample) => {
    const words = sample.replace(/<[^<>]*>/g, ' ').match(/[\p{L}\p{M}'’-]{2,}/gu)?.length ?? 0;
    return (
      words >= minWords && (sample.match(/[,;|]/g)?.length ?? 0) < words / 3 && !/^\s*(?:[{[]|https?:)/.test(sample)
    );
  });
  return meanLength(samples) >= minLength && sentences.length > samples.length / 2;
}

function meanLength(samples: readonly string[]): number {
  return samples.reduce((sum, { length }) => sum + length, 0) / Math.max(1, samples.length);
}
