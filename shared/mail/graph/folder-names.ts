/**
 * Folders as an operator names them: `Clients, Inbox/Villas, "Sales, rent"/"A/B"`. Slashes part a path, but for those
 * in double quotes; `""` in quotes is one quote. Pure.
 */

import { splitQuoted } from '../../platform/split-quoted.ts';

/** The names of a path, outermost first. */
export function splitFolderPath(path: string): string[] {
  return splitQuoted(path, '/').map(unquoted);
}

/** A name without the quotes around it. */
export function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}
