/** The two characters of a local part that HTML escapes. */
const escaped = '&#39;|&amp;';
/**
 * What an unquoted local part consists of (RFC 5322, atext), and letters beyond ASCII. A plain & may begin an escape.
 */
const atext = `(?:[\\p{L}\\p{N}.!#$%'*+/=?^_\`{|}~-]|${escaped})`;
const quotation = '"[^"<>@]*"|&quot;[^&<>@]*&quot;';
/** From where a local part can begin, so that a long word without an address is looked at once. */
const address = new RegExp(`(?:(?<!${atext})(${atext}+)|${quotation})@(?=[\\p{L}\\p{N}[])`, 'gu');
const firstLetter = new RegExp(`^(?:'|${escaped})*.`, 'u');

/**
 * Masks every e-mail address in a text or a piece of HTML: its owner knows it again and nobody else learns it, such as
 * "e•••@aphrodite.example". Pure.
 */
export function maskAddresses(text: string): string {
  return text.replace(
    address,
    (_, local?: string) => `${local === undefined ? '' : (firstLetter.exec(local)?.[0] ?? '')}•••@`,
  );
}
