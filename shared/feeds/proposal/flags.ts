import { parseBoolean } from '../values/booleans.ts';
import { parseDate } from '../values/dates.ts';
import { addressFlagOf, isAddressAnswer, statusFlagOf, wholeAddress } from '../formats/flag-names.ts';
import type { Place } from './inventory.ts';

/** Gravest first; without a flag, other words decide. */
export function statusFlags(places: readonly Place[]): readonly { readonly place: Place; readonly rule: unknown }[] {
  return places
    .filter((place) => isFlag(place))
    .flatMap((place) => {
      const flag = statusFlagOf(place.names.at(-1) ?? '');
      return flag === undefined ? [] : [{ place, flag }];
    })
    .toSorted((a, b) => a.flag.rank - b.flag.rank)
    .map(({ place, flag: { rank: _rank, ...meaning } }) => ({ place, rule: { path: place.path, ...meaning } }));
}

function isFlag({ path, names, repeats, samples }: Place): boolean {
  if (repeats || samples.length === 0 || names.length > 3 || path.includes('[')) return false;
  return samples.every(
    (sample) => parseBoolean(sample) !== null || /^0{4}-0{2}-0{2}/.test(sample) || parseDate(sample) !== null,
  );
}

export function isAddressFlag(place: Place): boolean {
  return (
    !place.repeats && place.samples.length > 0 && flagOf(place) !== undefined && place.samples.every(isAddressAnswer)
  );
}

function flagOf({ names, attribute }: Place): 'shows' | 'hides' | undefined {
  return addressFlagOf(names.at(-1) ?? '', attribute ? (names.at(-2) ?? '') : undefined);
}

export function addressFlagRule(place: Place): unknown {
  const { path, samples } = place;
  if (flagOf(place) === 'hides') return { path, yes: 'true' };
  if (samples.every((sample) => parseBoolean(sample) !== null)) return { path, no: 'true' };
  return { path, map: { ...Object.fromEntries(wholeAddress.map((word) => [word, 'false'])), '*': 'true' } };
}
