/**
 * A feed in a script of its own (Cyrillic, Greek, Hebrew, Arabic) that names no encoding or a western one. It shows:
 * its words are whole runs of bytes above ASCII, where a western text has single ones among its letters.
 */

import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';

const scripts = /^(?:windows-125[1356]|ISO-8859-[5678]|KOI8-R)$/;
const minBytes = 12;
const wordLength = 3;

/**
 * The encoding of a sample that is neither UTF-8 nor western.
 *
 * @returns a name that iconv-lite knows; `undefined` when nothing speaks for one
 */
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
