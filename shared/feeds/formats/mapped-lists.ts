import { parseBoolean } from '../values/booleans.ts';
import type { ImageCandidate } from '../values/images.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import type { Rule } from './mapping.ts';
import { spotsOn, textsOn } from './mapping-path.ts';
import type { MappingPath } from './mapping-path.ts';
import { translated } from './rule-values.ts';
import type { RuleValues } from './rule-values.ts';

const maxParts = 5000;

/** Unlabelled flags get their element's name. */
export function mappedFeatures(values: RuleValues): string[] | undefined {
  let spoken = false;
  const features = values.rules('features').flatMap((rule) =>
    values.items(rule).flatMap((item) =>
      rule.paths.flatMap((path) =>
        (rule.each === undefined ? values.spots(path) : spotsOn(path, item)).flatMap(({ name, text }) => {
          spoken = true;
          return featuresIn(text, name, rule);
        }),
      ),
    ),
  );
  return spoken ? features : undefined;
}

function featuresIn(text: string, name: string, rule: Rule): readonly string[] {
  const known = rule.map === undefined ? text : translated(text, rule);
  const yes = rule.label?.includes('{}') ? null : parseBoolean(known);
  if (rule.label !== undefined)
    return yes === true || (yes === null && hasAmount(known)) ? [rule.label.replace('{}', known.trim())] : [];
  if (rule.split !== undefined) return known.split(rule.split, maxParts).map((part) => translated(part, rule));
  if (yes === null) return [known];
  return yes ? [namedAfter(name)] : [];
}

/** `2` garages count; `0.0` and `-1` do not. */
function hasAmount(text: string): boolean {
  return text.trim() !== '' && !/^(?:-?0+(?:[.,]0+)?|-\d+)$/.test(text.trim());
}

function namedAfter(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function mappedImages(values: RuleValues): ImageCandidate[] | undefined {
  let spoken = false;
  const images = values.rules('images').flatMap((rule) =>
    placesOf(rule, values).flatMap(({ element, path }) => {
      const urls = rule.each === undefined ? textsOn({ ...path, up: 0, steps: [] }, element) : textsOn(path, element);
      if (urls.length > 0 || rule.each !== undefined) spoken = true;
      return urls
        .flatMap((url) => (rule.split === undefined ? [url] : url.split(rule.split, maxParts)))
        .map((url) => ({ url: rule.areFiles ? fileOf(url) : url, ...besides(rule, element) }));
    }),
  );
  return spoken ? images : undefined;
}

function fileOf(name: string): string {
  return name.trim() === '' || /^(?:https?:)?\/\//i.test(name.trim()) ? name : `file:${name.trim()}`;
}

function placesOf(rule: Rule, values: RuleValues): { element: XmlElement; path: MappingPath }[] {
  return rule.each === undefined
    ? rule.paths.flatMap((path) => values.elements(path).map((element) => ({ element, path })))
    : values.elements(rule.each).flatMap((element) => rule.paths.map((path) => ({ element, path })));
}

function besides(rule: Rule, element: XmlElement): Omit<ImageCandidate, 'url'> {
  const inside = (path: MappingPath | undefined): string | undefined =>
    path === undefined ? undefined : textsOn(path, element)[0];
  const position = Number(inside(rule.position) || NaN);
  return {
    caption: inside(rule.caption),
    main: parseBoolean(inside(rule.main) ?? '') === true,
    position: Number.isFinite(position) ? position : undefined,
  };
}
