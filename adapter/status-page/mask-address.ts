/** What an unquoted local part consists of (RFC 5322, atext), and letters beyond ASCII. */
const atext = "[\\p{L}\\p{N}.!#$%*+/=?^_`{|}~-]";
/** From where a local part can begin, so that a long word without an address is looked at once. The quoted kind is escaped by now. */
const address = new RegExp(`(?:(?<!${atext})(${atext}+)|&quot;[^&<>@]*&quot;)@(?=[\\p{L}\\p{N}[])`, 'gu');

/**
 * Masks every e-mail address in a piece of HTML: its owner knows it again and nobody else learns it, such as
 * "e•••@aphrodite.example". Pure.
 */
export function maskAddresses(html: string): string {
  return html.replace(address, (_, local?: string) => `${local === undefined ? '' : [...local][0]}•••@`);
}
