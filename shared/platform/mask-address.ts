/** The two characters of a local part that HTML escapes. */
const escaped = '&#39;|&amp;';
/** Characters of an unquoted local part (RFC 5322, atext), and letters beyond ASCII. A plain & may begin an escape. */
const atext = `(?:[\\p{L}\\p{N}.!#$%'*+/=?^_\`{|}~-]|${escaped})`;
const quotation = '"[^"<>@]*"|&quot;[^&<>@]*&quot;';
/** Avoids rescanning long words. */
const address = new RegExp(`(?:(?<!${atext})(${atext}+)|${quotation})@(?=[\\p{L}\\p{N}[])`, 'gu');
/** Two letters, so that colleagues can be told apart; of a short name one, else it would be shown whole. */
const shownLetters = new RegExp(`^(?:'|${escaped})*(?:.[\\p{L}\\p{N}](?=..)|.)`, 'u');

/**
 * Masks every e-mail address in a text or a piece of HTML: recognisable to its owner only, such as
 * "el•••@aphrodite.example". Pure.
 */
export function maskAddresses(text: string): string {
  return text.replace(
    address,
    (_, local?: string) => `${local === undefined ? '' : (shownLetters.exec(local)?.[0] ?? '')}•••@`,
  );
}
