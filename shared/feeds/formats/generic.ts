/** A snapshot unless set otherwise. */
import type { FeedContext, FeedFormat, FeedPages } from './feed-format.ts';
import { textAt } from '../xml/xml-element.ts';
import { readByMapping } from './mapped-reading.ts';
import { compileMapping, endNamesOf } from './mapping.ts';
import { scopeOf } from './rule-values.ts';

export const generic: FeedFormat = {
  name: 'GENERIC',
  version: 4,
  itemPaths: (mapping) => (mapping === undefined ? [] : compileMapping(mapping).itemPaths),
  mode: () => 'snapshot',
  detect: () => 0,
  pages: multipage,
  scope: ({ mapping, surroundings }) => (mapping === undefined ? '' : scopeOf(compileMapping(mapping), surroundings)),
  endNames: (mapping) => (mapping === undefined ? [] : endNamesOf(compileMapping(mapping))),
  map: (item, context) =>
    context.mapping === undefined ? [] : [readByMapping(item, context, compileMapping(context.mapping))],
};

/** Immobiliare.it: one feed in several files. */
export function multipage({ surroundings: [root] }: FeedContext): FeedPages | undefined {
  if (root === undefined) return undefined;
  const [current, last] = [
    Number(textAt(root, 'metadata/multipage/current') ?? NaN),
    Number(textAt(root, 'metadata/multipage/last') ?? NaN),
  ];
  return Number.isInteger(current) && Number.isInteger(last) ? { current, last } : undefined;
}
