import { html } from 'hono/html';
import type { PlannedChange } from '../../shared/models/planned-change.ts';
import { buttons, nothing, section, table, type Fragment } from './parts.ts';
import type { RunView } from './run-view.ts';
import type { Feed } from './status.ts';

export function renderPlan({ run, plan, feed, canAct }: RunView): Fragment | string {
  const { parameters, status, counts } = run;
  if (parameters?.['dryRun'] !== true || (status !== 'succeeded' && status !== 'partial')) return '';
  const confirmed = parameters['confirmRemovals'] === true ? feed : undefined;
  const notListed = counts['planNotListed'] ?? 0;
  return section(
    'plan',
    'What it would do',
    html`<div class="card">
      ${confirmed ? renderQuestion(plan, confirmed, canAct) : ''}
      ${plan.length === 0 ? nothing('Nothing would change.') : renderChanges(plan)}
      ${notListed > 0 ? html`<p class="quiet">and ${notListed.toLocaleString('en')} that are not listed</p>` : ''}
    </div>`,
    plan.length.toLocaleString('en'),
  );
}

function renderQuestion(plan: readonly PlannedChange[], feed: Feed, canAct: boolean): Fragment {
  if (!feed.removalGuard && !feed.isFormHeld) return html`<p class="lead">Nothing waits for a confirmation now.</p>`;
  const removed = plan.filter(({ do: what }) => what.startsWith('withdraw')).length;
  const total = feed.removalGuard?.total ?? feed.itemCount;
  const of = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
  const others = plan.length - removed;
  return html`<p class="lead">
      If you confirm, ${removed.toLocaleString('en')}${of} listings are
      withdrawn${others > 0 ? `, and ${others.toLocaleString('en')} other changes are made` : ''}.
    </p>
    ${buttons(canAct, {
      action: 'confirm-removals',
      label: removed > 0 ? `Withdraw ${removed.toLocaleString('en')} listings` : 'Confirm the changes',
      fields: { feedId: feed.id, asked: feed.holdMark },
      isGrave: true,
    })}`;
}

export function renderChanges(changes: readonly Omit<PlannedChange, 'scope'>[]): Fragment {
  const groups = [...Map.groupBy(changes, (change) => `${change.do}\n${change.because}`).values()];
  return table({
    label: 'Changes',
    columns: ['Listings', 'What', 'Why', 'Which'],
    rows: groups.map((group) => [
      group.length.toLocaleString('en'),
      changeWords[group[0]?.do ?? ''] ?? group[0]?.do,
      group[0]?.because,
      html`<span class="references">${inOrder(group.map(({ reference }) => reference)).join(', ')}</span>`,
    ]),
  });
}

/** AE-9 before AE-10. */
export function inOrder(references: readonly string[]): string[] {
  return references.toSorted(new Intl.Collator('en', { numeric: true }).compare);
}

const changeWords: Readonly<Record<string, string>> = {
  insert: 'added',
  update: 'changed',
  restore: 'on offer again',
  withdraw: 'withdrawn',
  'withdraw-absent': 'withdrawn',
  rename: 'given another id',
  mark: 'marked as missing',
  hold: 'held',
  release: 'released',
  leave: 'left as it is',
};
