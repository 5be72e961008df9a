/** By country: `11 Mill Lane`, `Rua das Flores, 11`, `Mühlgasse 11`. */
import { cleanLabel } from './text.ts';

/** ISO 3166-1 alpha-2. */
const numberFirst: ReadonlySet<string> = new Set(
  'AE AU CA FR GB GH HK IE IL IN KE LK LU MC MT MY NG NZ PH SG TH US ZA'.split(' '),
);
const withComma: ReadonlySet<string> = new Set('BR BY ES KZ PT RU UA'.split(' '));
const noNumber = /^(?:0+|-1|-|s\/?n|n\/a|none|null)$/i;

/** One line; either part may be missing. */
export function streetAddress(street: string, houseNumber: string, country: string | null | undefined): string {
  const [name, number] = [cleanLabel(street), cleanLabel(houseNumber)];
  if (number === '' || noNumber.test(number) || name === '' || endsWith(name, number)) return name;
  if (numberFirst.has(country ?? '')) return `${number} ${name}`;
  return withComma.has(country ?? '') ? `${name}, ${number}` : `${name} ${number}`;
}

/** At either end of the street. */
function endsWith(name: string, number: string): boolean {
  const words = name.toLowerCase().split(/[\s,]+/u);
  return words.at(-1) === number.toLowerCase() || words[0] === number.toLowerCase();
}
