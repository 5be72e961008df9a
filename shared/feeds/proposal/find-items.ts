/** Which elements of an unknown feed are its listings: those that repeat and hold the most that a listing has. */
import type { XmlElement } from '../xml/xml-element.ts';
import { guessFields } from './guess-fields.ts';
import { takeInventory } from './inventory.ts';

export interface FoundItems {
  /** Names from the root, as `FeedMapping.itemPath` writes them. */
  readonly path: string;
  readonly items: readonly XmlElement[];
}

/** Enough to judge by; more only costs time. */
const sampled = 40;
const listingName = new RegExp(
  '^(?:property|properties|listing|ad|offer|object|objekt|immobilie|immobile|inmueble|propiedad|' +
    'realestate|annuncio|annonce|bien|item|unit|estate|house|home|product|entry|row|record|imovel)$',
  'i',
);
const maxDepth = 6;
/** A feed of more kinds of elements repeats its listings more often than most of them. */
const maxGroups = 500;

interface Candidate extends FoundItems {
  readonly parent: string;
  readonly score: number;
  readonly fields: number;
  /**
   * Whether it has what only listings have: the office beside them has a name, a place, a text and a picture as well.
   */
  readonly ofListings: boolean;
}

/** A listing has at least so many fields that are recognised. */
const minFields = 3;

/**
 * The listings; `undefined` when nothing in the document looks like one.
 *
 * @param any whether whatever repeats will do when nothing does
 */
export function findItems(root: XmlElement, any = false): FoundItems | undefined {
  const judged = mostFrequent([...groups(root)]).map(([path, elements]) => judge(path, elements));
  const likely = judged.filter(({ fields }) => fields >= minFields);
  const candidates =
    likely.length > 0 || !any ? likely : judged.filter(({ fields, items }) => fields > 0 && items.length > 1);
  const [best] = candidates.toSorted((a, b) => Number(b.ofListings) - Number(a.ofListings) || b.score - a.score);
  if (best === undefined) return undefined;
  const kin = candidates.filter(
    ({ path, parent, fields }) => path !== best.path && parent === best.parent && fields >= best.fields * 0.6,
  );
  const all = [best, ...kin];
  return { path: all.map(({ path }) => path).join('|'), items: all.flatMap(({ items }) => items) };
}

/** Elements with children by their path from the root, the root itself left out. */
function groups(root: XmlElement): ReadonlyMap<string, XmlElement[]> {
  const found = new Map<string, XmlElement[]>();
  const visit = (element: XmlElement, path: string, depth: number): void => {
    for (const child of element.children) {
      const step = `${path}/${child.name}`;
      if (child.children.length > 0 || Object.keys(child.attributes).length >= 3) {
        const group = found.get(step);
        if (group === undefined) found.set(step, [child]);
        else if (group.length < 500) group.push(child);
      }
      if (depth < maxDepth) visit(child, step, depth + 1);
    }
  };
  visit(root, root.name, 1);
  return found;
}

function mostFrequent(groups: readonly (readonly [string, readonly XmlElement[]])[]): typeof groups {
  if (groups.length <= maxGroups) return groups;
  return groups.toSorted(([, one], [, other]) => other.length - one.length).slice(0, maxGroups);
}

function judge(path: string, items: readonly XmlElement[]): Candidate {
  const guesses = guessFields(takeInventory(items.slice(0, sampled)));
  const fields = guesses.size;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const depth = path.split('/').length;
  const score = fields + Math.min(2, Math.log10(items.length)) + (listingName.test(name) ? 1.5 : 0) - depth * 0.3;
  return {
    path,
    items,
    parent: path.slice(0, path.lastIndexOf('/')),
    score,
    fields,
    ofListings: ['price', 'bedrooms', 'areaSqm'].some((field) => guesses.has(field)),
  };
}
