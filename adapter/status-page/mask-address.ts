/** What an unquoted local part consists of (RFC 5322, atext), and letters beyond ASCII; two of its characters are escaped. */
const escaped = '&#39;|&amp;';
const atext = `(?:[\\p{L}\\p{N}.!#$%*+/=?^_\`{|}~-]|${escaped})`;
/** From where a local part can begin, so that a long word without an address is looked at once. The quoted kind is escaped by now. */
const firstLetter = new RegExp(`^(?:${escaped})*.`, 'u');
const address = new RegExp(`(?:(?<!${atext})(${atext}+)|&quot;[^&<>@]*&quot;)@(?=[\\p{L}\\p{N}[])`, 'gu');

/**
 * Masks every e-mail address in a piece of HTML: its owner knows it again and nobody else learns it, such as
 * "e•••@aphrodite.example". Pure.
 */
export function maskAddresses(html: string): string {
  return html.replace(address, (_, local?: string) => `${local === undefined ? '' : firstLetter.exec(local)?.[0] ?? ''}•••@`);
}
