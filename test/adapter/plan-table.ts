import test from 'ava';
import { planTable } from '../../adapter/plan-table.ts';

const change = (what: string, reference: string, because: string, scope = 'feed:1') => ({
  scope,
  do: what,
  reference,
  because,
});

test('a plan is a table of what, which and because, by feed', (t) => {
  const table = planTable(
    [
      change('insert', 'R-1', 'new'),
      change('withdraw-absent', 'R-22', 'not in the feed'),
      change('refresh', 'R-3', 'the same, written differently'),
      change('update', 'V\u001b[31m', 'changed', 'feed:2'),
    ],
    7,
  );
  t.is(
    table,
    [
      'feed:1 would change:',
      '  insert           R-1     new',
      '  withdraw-absent  R-22    not in the feed',
      'feed:2 would change:',
      '  update           V?[31m  changed',
      '  and 7 more that are not listed',
    ].join('\n'),
  );
});

test('a plan without changes says so', (t) => {
  t.is(planTable([change('refresh', 'R-3', 'the same, written differently')]), 'nothing would change');
});
