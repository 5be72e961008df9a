// C0 controls and DEL; not tab, line feed, carriage return.
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g;
// Mailers pad previews with these; joiners in emoji stay.
const invisible = /(?!\u200D|\uFE0F)\p{Default_Ignorable_Code_Point}/gu;

/** Removes what databases and screens refuse: control characters, lone surrogates. Line ends become `\n`. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(controls, '').toWellFormed();
}

export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/** Not for storing: breaks emoji and some scripts. */
export function withoutInvisible(text: string): string {
  return text.replace(invisible, '');
}

export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = isHighSurrogate(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return text.slice(0, end);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
