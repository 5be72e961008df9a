/** Documents cannot declare their own (`split-items.ts`), so decoding never lengthens a text. */

import { ALL_ENTITIES } from '@nodable/entities';

const reference = /&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,7})|([a-zA-Z][a-zA-Z0-9]{1,31}));/g;

/** `&#128;` to `&#159;` (HTML standard, numeric character reference end state). */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Once; unknown references and bare ampersands stay. */
export function decodeEntities(written: string): string {
  if (!written.includes('&')) return written;
  return written.replace(reference, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined)
      return Object.hasOwn(ALL_ENTITIES, name) ? ((ALL_ENTITIES as Record<string, string>)[name] ?? whole) : whole;
    return characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal), whole);
  });
}

export function hasBareAmpersand(written: string): boolean {
  return written.includes('&') && written.replace(reference, '').includes('&');
}

function characterOf(code: number, whole: string): string {
  if (code >= 0x80 && code <= 0x9f) return windows1252[code - 0x80] ?? '';
  if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) return '';
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
