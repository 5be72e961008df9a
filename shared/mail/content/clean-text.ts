/** Text that every database, index and screen accepts. */

// C0 controls except tab, line feed and carriage return; DEL; NUL is what databases refuse outright.
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;
// Characters that show nothing, which mailers pad previews with; joiners inside emoji stay.
const invisible = /(?!\u200D|\uFE0F)\p{Default_Ignorable_Code_Point}/gu;

/** Removes NUL and other control characters, replaces lone surrogates, and makes line ends `\n`. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(controls, '').toWellFormed();
}

/** As `cleanText`, on one line with single spaces: subjects, names, file names. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/** Removes characters that show nothing. Not for storing: it breaks joined emoji and some scripts. */
export function withoutInvisible(text: string): string {
  return text.replace(invisible, '');
}

/**
 * The first `maxLength` characters (UTF-16 units), cut between code points.
 *
 * @returns the text itself when it is short enough
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = isHighSurrogate(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return text.slice(0, end);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
