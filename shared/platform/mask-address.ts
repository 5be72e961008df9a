/** HTML escapes for ' and &. */
const escaped = '&#39;|&amp;';
/** RFC 5322 atext and letters beyond ASCII; a plain & may begin an escape. */
const atext = `(?:[\\p{L}\\p{N}.!#$%'*+/=?^_\`{|}~-]|${escaped})`;
const quotation = '"[^"<>@]*"|&quot;[^&<>@]*&quot;';
/** The look-behind avoids rescanning long words. */
const address = new RegExp(`(?:(?<!${atext})(${atext}+)|${quotation})@(?=[\\p{L}\\p{N}[])`, 'gu');
/** Two letters tell colleagues apart; of a short name one. */
const shownLetters = new RegExp(`^(?:'|${escaped})*(?:.[\\p{L}\\p{N}](?=..)|.)`, 'u');

/** Masks e-mail addresses in text or HTML: "el•••@aphrodite.example". Pure. */
export function maskAddresses(text: string): string {
  return text.replace(
    address,
    (_, local?: string) => `${local === undefined ? '' : (shownLetters.exec(local)?.[0] ?? '')}•••@`,
  );
}
