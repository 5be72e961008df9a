/** For Cyrillic, Greek, Hebrew or Arabic: words are runs of bytes above ASCII, single ones in western texts. */

import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';

const scripts = /^(?:windows-125[1356]|ISO-8859-[5678]|KOI8-R)$/;
const minBytes = 12;
const wordLength = 3;

/** @returns an iconv-lite name; `undefined` if unclear */
export function guessEncoding(sample: Buffer): string | undefined {
  if (isUtf8(sample)) return undefined;
  const runs = (sample.toString('latin1').match(/[\u0080-\u00ff]+/g) ?? []).map((run) => Buffer.from(run, 'latin1'));
  const [utf8, other] = [lengthOf(runs.filter((run) => isUtf8(run))), runs.filter((run) => !isUtf8(run))];
  const words = other.filter((run) => run.length >= wordLength);
  if (lengthOf(words) < minBytes || lengthOf(words) * 2 < lengthOf(other) || lengthOf(other) < utf8) return undefined;
  const text = Buffer.concat(words.flatMap((word) => [word, Buffer.from(' ')]));
  return analyse(text)
    .find(({ name }) => scripts.test(name))
    ?.name.toLowerCase();
}

function lengthOf(runs: readonly Buffer[]): number {
  return runs.reduce((sum, run) => sum + run.length, 0);
}
