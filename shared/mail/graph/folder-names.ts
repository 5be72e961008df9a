/**
 * Folders in settings: `Clients, Inbox/Villas, "Sales, rent"/"A/B"`. In double quotes, a slash is literal and `""` is
 * one quote.
 */

import { splitQuoted } from '../../platform/split-quoted.ts';

export function splitFolderPath(path: string): string[] {
  return splitQuoted(path, '/').map(unquoted);
}

export function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}
