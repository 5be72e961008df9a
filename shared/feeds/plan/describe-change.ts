import type { PlannedChange } from '../../models/planned-change.ts';
import type { Change } from './change.ts';

const reasons: Readonly<Record<string, string>> = {
  insert: 'new',
  refresh: 'same values, written differently',
  update: 'changed',
  restore: 'back in the feed',
  withdraw: 'withdrawn by the feed',
  absent: 'not in the feed',
  'by-name': 'withdrawn by the feed',
  confirmed: 'confirmed',
  there: 'back in the feed',
  reference: 'same reference under a new id',
  'stand-in': 'same listing, which had no id',
  place: 'same place and description under a new id',
  duplicate: 'a second item with the same id',
  older: 'older than what is stored',
  trashed: 'in the trash',
  ambiguous: 'may be one of several listings',
  unsure: 'the feed ended too early to tell',
  unknown: 'withdraws an unknown listing',
  held: 'waits for confirmation',
  hollow: 'lost most of its fields',
};

export function describeChange(change: Change, scope: string): PlannedChange {
  const because = 'because' in change ? change.because : change.do;
  const reference =
    'item' in change ? (change.item.reference ?? change.item.id) : (change.row.reference ?? change.row.id);
  return { scope, do: change.do, reference, because: reasons[because] ?? because };
}
