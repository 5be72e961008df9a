import { normalise } from '../normalise.ts';
import { placePrefixes } from './place-words.ts';

const prefixOf = new Map(
  placePrefixes.flatMap((line) => line.map((word) => [normalise(word), normalise(line[0] as string)] as const)),
);
const spelledLikePrefix = new Map<string, string[]>();
for (const [word, first] of prefixOf) spelledLikePrefix.set(first, [...(spelledLikePrefix.get(first) ?? []), word]);

/** `Áyios-Nikólaos` becomes `agios nikolaos`. */
export function compared(name: string): string {
  return withCommonPrefix(normalise(name));
}

export function withCommonPrefix(normalised: string): string {
  const [first, ...rest] = normalised.replaceAll('ß', 'ss').split(' ');
  return rest.length > 0 ? [commonPrefix(first as string), ...rest].join(' ') : (first as string);
}

export function commonPrefix(word: string): string {
  return prefixOf.get(word) ?? word;
}

export function prefixVariants(name: string): string[] {
  const [first, ...rest] = name.split(' ');
  const words = rest.length > 0 ? spelledLikePrefix.get(first as string) : undefined;
  return words === undefined ? [name] : words.map((word) => [word, ...rest].join(' '));
}
