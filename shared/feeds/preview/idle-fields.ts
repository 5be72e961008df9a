/** A mistake in a mapping's path looks like a feed without such values. */
import type { FeedMapping } from '../formats/feed-format.ts';
import { compileMapping } from '../formats/mapping.ts';
import type { Rule } from '../formats/mapping.ts';
import { elementsOn, spotsOn } from '../formats/mapping-path.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export function idleFields(mapping: FeedMapping, items: readonly XmlElement[]): readonly string[] {
  return [...compileMapping(mapping).fields]
    .filter(
      ([, rules]) =>
        !rules.some((rule) => rule.value !== undefined || items.some((item) => leadsSomewhere(rule, item))),
    )
    .map(([field, rules]) => `The mapping's path of ${field} finds nothing: ${rules.flatMap(pathsOf).join(', ')}`);
}

/** Paths that leave the item cannot be checked. */
function leadsSomewhere({ each, paths }: Rule, item: XmlElement): boolean {
  if ([each, ...paths].some((path) => (path?.up ?? 0) > 0)) return true;
  const elements = each === undefined ? [item] : elementsOn(each, item);
  return elements.some((element) => paths.some((path) => spotsOn(path, element).length > 0));
}

function pathsOf({ each, paths }: Rule): readonly string[] {
  return paths.map(({ text }) => [each?.text, text].filter((part) => part !== undefined && part !== '.').join('/'));
}
