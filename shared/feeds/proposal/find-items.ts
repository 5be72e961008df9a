import type { XmlElement } from '../xml/xml-element.ts';
import { isAtPath, readItemPaths } from '../xml/item-path.ts';
import { leadsElsewhere } from './field-names.ts';
import { guessFields } from './guess-fields.ts';
import { takeInventory } from './inventory.ts';
import { isListingName, type ItemGroup } from './item-group.ts';

export interface FoundItems {
  readonly path: string;
  readonly items: readonly XmlElement[];
  readonly groups: readonly ItemGroup[];
}

const sampled = 40;
const maxDepth = 6;
const maxGroups = 500;

interface Candidate extends ItemGroup {
  readonly parent: string;
  readonly score: number;
  readonly fields: number;
  /** An office, too, has name, place, text and picture. */
  readonly ofListings: boolean;
}

const minFields = 3;
const minShareOfKin = 0.6;

/**
 * `undefined` if nothing looks like a listing.
 *
 * @param any accept whatever repeats
 */
export function findItems(root: XmlElement, any = false): FoundItems | undefined {
  const judged = mostFrequent([...groups(root)]).map(([path, group]) => judge(path, group));
  const likely = judged.filter(({ fields }) => fields >= minFields);
  const candidates =
    likely.length > 0 || !any ? likely : judged.filter(({ fields, items }) => fields > 0 && items.length > 1);
  const inside = withoutContainers(candidates);
  const [best] = inside.toSorted((a, b) => Number(b.ofListings) - Number(a.ofListings) || b.score - a.score);
  if (best === undefined) return undefined;
  const all = inside.reduce<Candidate[]>(
    (chosen, one) => (isKin(one, best) && chosen.every((other) => areApart(one, other)) ? [...chosen, one] : chosen),
    [best],
  );
  const ordered = judged.filter((candidate) => all.includes(candidate));
  return {
    path: ordered.map(({ path }) => path).join('|'),
    items: inTurns(ordered.map(({ items }) => items)),
    groups: ordered,
  };
}

function withoutContainers(candidates: readonly Candidate[]): readonly Candidate[] {
  const isContainer = (one: Candidate): boolean => {
    if (one.items.every(isWrapper)) return true;
    if (one.items.length !== 1) return false;
    const inside = candidates.filter(
      (inner) =>
        inner.path.startsWith(`${one.path}/`) && inner.ofListings && inner.fields >= one.fields * minShareOfKin,
    );
    const [first] = inside;
    return (
      inside.reduce((sum, { items }) => sum + items.length, 0) > 1 ||
      (first !== undefined && isListingName(first.path) && !isListingName(one.path))
    );
  };
  const inside = candidates.filter((candidate) => !isContainer(candidate));
  return inside.length > 0 ? inside : candidates;
}

/** `<rentals><ad>…</ad></rentals>` */
function isWrapper({ attributes, children }: XmlElement): boolean {
  return (
    children.length > 0 &&
    Object.keys(attributes).length < 3 &&
    new Set(children.map(({ name }) => name)).size === 1 &&
    children.every((child) => child.children.length > 2)
  );
}

function isKin(one: Candidate, best: Candidate): boolean {
  if (one === best || one.fields < best.fields * minShareOfKin) return false;
  return one.parent === best.parent || areTwins(one, best) || (one.ofListings && best.ofListings);
}

/** `sale/ad`, `rent/ad`; not `agents/ad`. */
function areTwins({ path: one }: Candidate, { path: other }: Candidate): boolean {
  const [steps, others] = [one.split('/'), other.split('/')];
  const isAlike = steps.every((step, at) => step === others[at] || at === steps.length - 2);
  return isAlike && steps.length === others.length && !leadsElsewhere(steps);
}

function areApart({ path: one }: Candidate, { path: other }: Candidate): boolean {
  return one !== other && !one.startsWith(`${other}/`) && !other.startsWith(`${one}/`);
}

function inTurns(groups: readonly (readonly XmlElement[])[]): readonly XmlElement[] {
  const longest = Math.max(...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => groups.flatMap((items) => items[at] ?? [])).flat();
}

/**
 * Groups like listings that are neither read nor around or inside those read.
 *
 * @param itemPaths as in a mapping
 */
export function leftOutGroups(root: XmlElement, itemPaths: readonly string[]): readonly string[] {
  const read = readItemPaths(itemPaths);
  const judged = mostFrequent([...groups(root)]).map(([path, group]) => judge(path, group));
  const isRead = (path: string): boolean => {
    const steps = path.split('/');
    return isAtPath(steps.slice(0, -1), steps.at(-1) ?? '', read, true);
  };
  const chosen = judged.filter(({ path }) => isRead(path));
  const fields = Math.max(minFields, ...chosen.map((one) => one.fields * minShareOfKin));
  const likely = judged.filter((one) => one.ofListings || chosen.some((other) => areTwins(one, other)));
  return likely
    .filter((one) => one.fields >= fields && chosen.every((other) => areApart(one, other)))
    .filter((one, _, all) => !all.some((other) => other.path.startsWith(`${one.path}/`)))
    .map(({ path }) => path);
}

interface Group {
  readonly items: XmlElement[];
  readonly parents: Set<XmlElement>;
}

function groups(root: XmlElement): ReadonlyMap<string, Group> {
  const found = new Map<string, Group>();
  const visit = (element: XmlElement, path: string, depth: number): void => {
    for (const child of element.children) {
      const step = `${path}/${child.name}`;
      if (child.children.length > 0 || Object.keys(child.attributes).length >= 3) {
        const group = found.get(step) ?? { items: [], parents: new Set<XmlElement>() };
        found.set(step, group);
        if (group.items.length < maxOfGroup) group.items.push(child);
        group.parents.add(element);
      }
      if (depth < maxDepth) visit(child, step, depth + 1);
    }
  };
  visit(root, root.name, 1);
  return found;
}

const maxOfGroup = 500;

function mostFrequent(groups: readonly (readonly [string, Group])[]): typeof groups {
  if (groups.length <= maxGroups) return groups;
  return groups.toSorted(([, one], [, other]) => other.items.length - one.items.length).slice(0, maxGroups);
}

function judge(path: string, { items, parents }: Group): Candidate {
  const guesses = guessFields(takeInventory(items.slice(0, sampled)));
  const fields = guesses.size;
  const depth = path.split('/').length;
  const score = fields + Math.min(2, Math.log10(items.length)) + (isListingName(path) ? 1.5 : 0) - depth * 0.3;
  return {
    path,
    items,
    parents: [...parents],
    parent: path.slice(0, path.lastIndexOf('/')),
    score,
    fields,
    ofListings: ['price', 'bedrooms', 'areaSqm'].some((field) => guesses.has(field)),
  };
}
