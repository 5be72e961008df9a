import { cleanLine, cutText, withoutInvisible } from './clean-text.ts';
import { withoutQuotedHistory } from './quoted-history.ts';

/** Characters, without the ellipsis. */
const snippetLength = 200;

const looksAt = 100_000;

/** Empty if nothing is new. */
export function makeSnippet(text: string, subject: string): string {
  const own = cleanLine(withoutInvisible(withoutQuotedHistory(cutText(text, looksAt), subject)));
  if (own.length <= snippetLength) return own;
  const cut = cutText(own, snippetLength);
  const space = cut.lastIndexOf(' ');
  return `${(space > snippetLength / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
