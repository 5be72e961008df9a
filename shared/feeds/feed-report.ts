import type { FeedWarning } from './formats/feed-format.ts';

const maxProblems = 50;
const maxExamples = 3;

export interface ItemProblem {
  readonly code: string;
  readonly message: string;
  readonly reference?: string | undefined;
  /** Of the item, in bytes of the decoded feed. */
  readonly offset?: number;
}

export type FeedCount =
  | 'items'
  | 'new'
  | 'changed'
  | 'same'
  | 'restored'
  | 'removed'
  | 'refused'
  | 'duplicates'
  | 'older'
  | 'trashed'
  | 'unknown'
  | 'missing'
  | 'withdrawn'
  | 'held'
  | 'migrated'
  | 'unlocked'
  | 'empty'
  | 'moved'
  | 'hollow'
  | 'unsure'
  | 'picturesKept'
  | 'picturesLost';

export class FeedReport {
  readonly counts: Partial<Record<FeedCount, number>> = {};
  readonly problems: ItemProblem[] = [];
  problemsNotListed = 0;
  readonly #warnings = new Map<string, { count: number; message: string; examples: string[] }>();

  count(name: FeedCount, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  problem(problem: ItemProblem): void {
    if (this.problems.length < maxProblems) this.problems.push(problem);
    else this.problemsNotListed += 1;
  }

  warn(warning: FeedWarning, reference?: string): void {
    const known = this.#warnings.get(warning.code) ?? { count: 0, message: warning.message, examples: [] };
    known.count += 1;
    const example = [reference, warning.value].filter((part) => part !== undefined).join(': ');
    if (known.examples.length < maxExamples && example !== '') known.examples.push(example);
    this.#warnings.set(warning.code, known);
  }

  /** Small enough for the feed's record. */
  toRecord(): Record<string, unknown> {
    return {
      counts: { ...this.counts },
      problems: this.problems,
      ...(this.problemsNotListed > 0 ? { problemsNotListed: this.problemsNotListed } : {}),
      warnings: [...this.#warnings].map(([code, warning]) => ({ code, ...warning })),
    };
  }

  /** "26 items: 1 new, 2 changed, 23 unchanged". */
  inWords(): string {
    const parts = (Object.entries(countWords) as [FeedCount, string][])
      .filter(([name]) => (this.counts[name] ?? 0) > 0 || name === 'new' || name === 'changed' || name === 'same')
      .map(([name, words]) => `${this.counts[name] ?? 0} ${words}`);
    return `${this.counts.items ?? 0} items: ${parts.join(', ')}`;
  }
}

const countWords: Readonly<Partial<Record<FeedCount, string>>> = {
  new: 'new',
  changed: 'changed',
  same: 'unchanged',
  restored: 'back again',
  removed: 'withdrawn by the feed',
  withdrawn: 'withdrawn: missing from the feed, or withdrawn by it',
  missing: 'missing for the first time',
  held: 'removals held for confirmation',
  migrated: 'with a new id',
  unlocked: 'whose unlocked fields follow the feed again',
  moved: "moved to the feed's location",
  empty: 'empty',
  refused: 'that cannot be read',
  duplicates: 'duplicates',
  older: 'older than what is stored',
  trashed: 'in the trash',
  unknown: 'withdrawn by the feed but unknown here',
  hollow: 'that lost most of their fields: not changed',
  unsure: 'postponed to the next run',
  picturesKept: 'enclosed pictures kept',
  picturesLost: 'enclosed pictures lost',
};
