/** fast-xml-parser does not check that tags match. */

import { EstioError } from '../../platform/errors.ts';
import { emptyTag, endTag, needMore, startTag, TagScanner } from './scan-tags.ts';

export interface ItemLimits {
  readonly maxDepth: number;
  readonly maxElements: number;
  readonly maxText: number;
}

export const defaultItemLimits: ItemLimits = { maxDepth: 60, maxElements: 20_000, maxText: 1_000_000 };

export class ItemError extends EstioError {
  override name = 'ItemError';

  constructor(
    code: 'malformed' | 'too-deep' | 'too-many-elements' | 'text-too-long',
    message: string,
    cause?: unknown,
  ) {
    super(message, { code, cause });
  }
}

/** HTML that authors leave unclosed even in XML. */
const neverClosed = /^(br|hr)$/i;

/**
 * @returns whether tags such as `<br>` were open, and whether a text has a bare `<`
 * @throws {ItemError} with expected, got, and the byte in the item
 */
export function checkTags(bytes: Buffer, limits: ItemLimits): { readonly unclosed: boolean; readonly bare: boolean } {
  const scanner = new TagScanner();
  scanner.append(bytes);
  const open: string[] = [];
  let elements = 0;
  let unclosed = false;
  for (let kind = scanner.next(); kind !== needMore; kind = scanner.next()) {
    if (kind !== startTag && kind !== emptyTag && kind !== endTag) continue;
    const name = bytes.toString('latin1', scanner.nameStart, scanner.nameEnd);
    if (scanner.broken)
      throw new ItemError('malformed', `Expected > after <${name}, got < at byte ${scanner.end} of the item`);
    if (kind === endTag) {
      if (close(open, name, scanner.start)) unclosed = true;
      continue;
    }
    elements += 1;
    if (elements > limits.maxElements)
      throw new ItemError('too-many-elements', `The item has more than ${limits.maxElements} elements`);
    if (kind === startTag) open.push(name);
    if (open.length > limits.maxDepth)
      throw new ItemError('too-deep', `The element <${name}> is nested more than ${limits.maxDepth} deep`);
  }
  if (scanner.unfinished || open.length > 0)
    throw new ItemError('malformed', `The item ends without </${open.at(-1) ?? ''}>`);
  return { unclosed, bare: scanner.bare };
}

function close(open: string[], name: string, at: number): boolean {
  const before = open.length;
  while (open.length > 0 && open.at(-1) !== name && neverClosed.test(open.at(-1) as string)) open.pop();
  const unclosed = open.length < before;
  const expected = open.pop();
  if (expected !== name)
    throw new ItemError('malformed', `Expected </${expected ?? ''}>, got </${name}> at byte ${at} of the item`);
  return unclosed;
}
