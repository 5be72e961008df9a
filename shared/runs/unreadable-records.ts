import { EstioError } from '../platform/errors.ts';
import type { RunContext } from './run-context.ts';

const maxNamed = 10;

export function nameUnreadable(
  context: Pick<RunContext, 'count' | 'problem'>,
  collection: string,
  field: string,
  ids: readonly unknown[],
): void {
  if (ids.length === 0) return;
  context.count('unreadableRecords', ids.length);
  const named = ids.slice(0, maxNamed).map(nameOf).join(', ');
  const more = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : '';
  context.problem(
    collection,
    new EstioError(
      `${collection}: ${field} cannot be read in ${named}${more}. See node adapter --repair-records --dry-run`,
      { code: 'unreadable-record' },
    ),
  );
}

function nameOf(id: unknown): string {
  return String(id).slice(0, 60);
}
