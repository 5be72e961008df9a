/** The beginning of what a message says, on one line: what a list of conversations shows. */

import { cleanLine, cutText, withoutInvisible } from './clean-text.ts';
import { withoutQuotedHistory } from './quoted-history.ts';

/** Characters of a snippet, the mark of omission not counted. */
const snippetLength = 200;

/** Enough text to find a snippet in, however long the message is. */
const looksAt = 100_000;

/** Makes the snippet of a plain text; empty when the message says nothing of its own. */
export function makeSnippet(text: string, subject: string): string {
  const own = cleanLine(withoutInvisible(withoutQuotedHistory(cutText(text, looksAt), subject)));
  if (own.length <= snippetLength) return own;
  const cut = cutText(own, snippetLength);
  const space = cut.lastIndexOf(' ');
  return `${(space > snippetLength / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
