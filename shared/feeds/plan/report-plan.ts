/** No decision depends on these counts. */

import type { FeedCount, FeedReport } from '../feed-report.ts';
import type { Change } from './change.ts';
import type { Ambiguous, Identity } from './identity.ts';
import { limits } from './limits.ts';
import { isReused, wentBack, withdrawsByName } from './plan-feed.ts';
import {
  ambiguousReference,
  ambiguousRemoval,
  dateWentBack,
  duplicateId,
  hollowItem,
  olderItem,
  reusedId,
  unknownRemoval,
} from './problems.ts';
import { meaningOf } from './verdict.ts';

export interface Reporting {
  readonly countsAmbiguous?: boolean;
  readonly saysWentBack?: boolean;
  /** Changes to listings just inserted are second items. */
  readonly isFirstImport?: boolean;
}

export function reportPlan(
  changes: readonly Change[],
  { ambiguous, duplicates, replacing }: Pick<Identity, 'ambiguous' | 'duplicates' | 'replacing'>,
  report: FeedReport,
  { countsAmbiguous = true, saysWentBack = true, isFirstImport = false }: Reporting = {},
): void {
  for (const change of changes) {
    for (const name of isFirstImport ? countsOfFirst(change) : countsOf(change)) report.count(name);
    reportItem(change, report, { saysWentBack, isFirstImport });
  }
  for (const one of ambiguous) reportAmbiguous(one, countsAmbiguous, report);
  const differing = [...duplicates, ...replacing].filter(({ differs }) => differs);
  for (const duplicate of differing.slice(0, limits.maxNamedDuplicates)) report.problem(duplicateId(duplicate));
}

function countsOfFirst(change: Change): readonly FeedCount[] {
  return 'row' in change && change.do !== 'leave' ? ['duplicates'] : countsOf(change);
}

function reportItem(change: Change, report: FeedReport, { saysWentBack, isFirstImport }: Reporting): void {
  if (change.do === 'leave') reportLeft(change, report);
  if (!isFirstImport && isReused(change)) report.problem(reusedId(change.item, change.row));
  if (saysWentBack && wentBack(change)) report.warn(dateWentBack, change.item.id);
}

function reportAmbiguous({ item, rows }: Ambiguous, isCounted: boolean, report: FeedReport): void {
  if (isCounted) report.count(item.removes ? 'unknown' : 'refused');
  report.problem(item.removes ? ambiguousRemoval(item, rows.length) : ambiguousReference(item, rows.length));
}

function reportLeft({ item, row, because }: Extract<Change, { do: 'leave' }>, report: FeedReport): void {
  if (because === 'older' && row) report.problem(olderItem(item, row));
  else if (because === 'unknown') report.warn(unknownRemoval, item.id);
  else if (because === 'hollow') report.problem(hollowItem(item));
}

function countsOf(change: Change): readonly FeedCount[] {
  switch (change.do) {
    case 'insert':
      return ['new'];
    case 'rename':
      if (change.row.isTrashed) return ['trashed'];
      return withdrawsByName(change) ? ['migrated', 'withdrawn'] : ['migrated'];
    case 'refresh':
      return ['same'];
    case 'update':
      return ['changed'];
    case 'restore':
      return ['restored'];
    case 'withdraw':
      return meaningOf(change.item, change.row) === 'removed' ? ['removed'] : ['changed', 'withdrawn'];
    case 'mark':
      return ['missing'];
    case 'withdraw-absent':
      return ['withdrawn'];
    case 'leave':
      return countsOfLeft[change.because];
    default:
      return [];
  }
}

const countsOfLeft: Readonly<Record<Extract<Change, { do: 'leave' }>['because'], readonly FeedCount[]>> = {
  duplicate: ['duplicates'],
  older: ['older'],
  trashed: ['trashed'],
  ambiguous: [],
  unsure: ['unsure'],
  unknown: ['unknown'],
  held: [],
  hollow: ['hollow'],
};
