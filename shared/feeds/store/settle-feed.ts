import type { FeedValues } from '../../models/property-feed.ts';
import { answersRemovals, heldError, successValues } from '../feed-record.ts';
import { isInAnother, keepsFormerFormat, whyAbsenceProvesNothing, type FeedSeen } from '../plan/absence.ts';
import type { Change } from '../plan/change.ts';
import { identify, type Identity } from '../plan/identity.ts';
import { lastingHold, planFeed, released, type Plan } from '../plan/plan-feed.ts';
import { confirmIgnored, removalsHeld, removalsSkipped } from '../plan/problems.ts';
import { reportPlan } from '../plan/report-plan.ts';
import { judgeFeed, measure, type FeedFacts, type Verdict } from '../plan/verdict.ts';
import { whatStopped } from '../fetch/feed-turn.ts';
import { formatNamed } from '../formats/all-formats.ts';
import type { FeedRun } from '../read/feed-run.ts';
import { mappingOf, usualMode, type FeedContent } from '../read/read-feed.ts';
import { isReadDifferently, newValidators, readingVersion } from '../read/reading-version.ts';
import { applyDelta } from './apply-delta.ts';
import { applyPlan } from './apply-plan.ts';
import { loadLeaving } from './load-leaving.ts';
import { loadNamed, NamedListings, walkListings } from './load-stored.ts';

export async function settleDelta(content: FeedContent, run: FeedRun, changes: Change[]): Promise<FeedValues> {
  // A stopped run reads the delta again: do not start applying.
  const isStopped = content.ended && whatStopped(content.ended.error, run.turn, run.context.signal);
  if (!isStopped) changes.push(...(await applyDelta(content, run)));
  const { feed, writer, report, context, startedAt } = run;
  const { seen, refused } = content.intake;
  const guard = feed.mode === 'delta' ? undefined : (feed.removalGuard ?? undefined);
  const isThere = (id: string): boolean => seen.has(id) || refused.has(id);
  const { walked, live } = guard ? await walkListings(feed._id, new NamedListings(), isThere) : { walked: [], live: 0 };
  const lasting = lastingHold({ walked, guard, live }, isThere);
  await applyPlan(lasting.released.map(released), content.spool, writer, startedAt);
  if (context.parameters.confirmRemovals && !feed.formHold) report.problem(confirmIgnored(lasting.guard));
  return {
    ...successValues(feed, { hold: lasting.guard, hollow: 0, askedHollow: '' }, startedAt),
    ...recordOf(content, run, { isSettled: false, isSure: true, isPending: false }),
    migratingSince: content.gap === undefined ? null : feed.migratingSince,
    olderSince: null,
  };
}

/** @param changes receives the plan */
export async function settleSnapshot(content: FeedContent, run: FeedRun, changes: Change[]): Promise<FeedValues> {
  const { feed, writer, report, startedAt, context } = run;
  const { items, stored } = await loadNamed(feed._id, content.spool);
  const { seen, walked, live } = await loadLeaving(content, items, stored, run);
  const identity = identify(items, stored, seen);
  const facts = measure(identity, stored, seen.unchanged);
  const verdict = judge(content, facts, run);
  if (verdict.is === 'hold') throw heldError(feed, verdict, startedAt);

  const unknown = whyUnknown(content, verdict);
  const doubt = whyAbsenceProvesNothing(feed, seenOf(content));
  const plan = planFeed(facts, verdict, {
    walked,
    live,
    items: content.intake.items,
    contents: content.contents,
    unknown,
    doubt,
    guard: feed.removalGuard ?? undefined,
    isConfirmed: answersRemovals(feed, context.parameters.confirmRemovals),
    lastCompleteAt: feed.lastCompleteAt,
    now: startedAt,
  });
  changes.push(...plan.changes);
  reportPlan(plan.changes, identity, report, { isFirstImport: content.wasStreamed });
  reportRemovals(content, plan, { unknown, doubt }, run);
  const none = plan.hold ? undefined : whyNoListings(content);
  if (none !== undefined) report.problem({ code: 'no-listings', message: none });
  const held = successValues(feed, plan, startedAt);
  await noteFirst(held, identity, run);
  await applyPlan(plan.changes, content.spool, writer, plan.hold?.heldAt ?? startedAt);
  return {
    ...held,
    ...(none === undefined ? {} : { lastStatus: 'failed', lastError: none }),
    ...recordOf(content, run, {
      isSettled: unknown === undefined && plan.hold === undefined,
      isSure: unknown === undefined && doubt === undefined,
      isPending: plan.isPending,
    }),
    ...migrationOf(content, identity, plan, run),
    olderSince: verdict.isOldFile ? startedAt : null,
  };
}

/** Only a complete reading ends an id change. */
function migrationOf(
  { gap, ended }: FeedContent,
  { idsReplaced }: Identity,
  { hold }: Plan,
  { feed, startedAt }: FeedRun,
): FeedValues {
  if (gap !== undefined || ended !== undefined) return {};
  return { migratingSince: idsReplaced && hold !== undefined ? (feed.migratingSince ?? startedAt) : null };
}

async function noteFirst(
  { removalGuard, formHold }: FeedValues,
  { idsReplaced }: Identity,
  { feed, writer, startedAt }: FeedRun,
): Promise<void> {
  const noted: FeedValues = {
    ...(removalGuard ? { removalGuard: { ...removalGuard, isUnasked: true } } : {}),
    ...(formHold ? { formHold } : {}),
    ...(idsReplaced ? { migratingSince: feed.migratingSince ?? startedAt } : {}),
  };
  if (Object.keys(noted).length > 0) await writer.save(noted);
}

function judge(content: FeedContent, facts: FeedFacts, { feed, location, context }: FeedRun): Verdict {
  if (content.wasStreamed) return { is: 'apply', isOldFile: false, takesHollow: true };
  const version = readingVersion(feed, location, mappingOf(feed), context.config.feedImagesUrl);
  return judgeFeed(facts, {
    formHold: feed.formHold ?? undefined,
    isConfirmed: context.parameters.confirmRemovals,
    believesOlder: Boolean(feed.olderSince) || isReadDifferently(feed, version),
  });
}

function whyUnknown({ gap, ended }: FeedContent, verdict: Verdict & { is: 'apply' }): string | undefined {
  if (gap !== undefined) return gap;
  if (ended !== undefined) return 'The feed was not read completely';
  if (!verdict.isOldFile) return undefined;
  return 'An old feed was sent again: its dates are before those of the stored listings';
}

function reportRemovals(
  content: FeedContent,
  plan: Plan,
  { unknown, doubt }: { readonly unknown: string | undefined; readonly doubt: string | undefined },
  { feed, report }: FeedRun,
): void {
  const unsure = unknown ?? doubt;
  if (!content.ended && unsure !== undefined) report.problem(removalsSkipped(unsure, unknown === undefined));
  const isNew = plan.hold !== undefined && (unknown === undefined || plan.heldByName > 0);
  if (plan.hold && isNew) {
    report.count('held', plan.hold.count);
    report.problem(removalsHeld(plan.hold, plan, feed._id));
  }
}

function whyNoListings({ contents, intake }: FeedContent): string | undefined {
  return contents === undefined || intake.items > 0 ? undefined : `The feed has no listings: ${contents}`;
}

function seenOf({ format, mode, isMismatched, intake }: FeedContent): FeedSeen {
  return {
    format: format.name,
    mode,
    isMismatched,
    anonymous: intake.refused.anonymous,
    hasGuessedIds: intake.hasGuessedIds,
  };
}

interface Outcome {
  readonly isSettled: boolean;
  /** Absent listings have left for certain. */
  readonly isSure: boolean;
  readonly isPending: boolean;
}

function recordOf(content: FeedContent, run: FeedRun, { isSettled, isSure, isPending }: Outcome): FeedValues {
  const { feed, location, startedAt, context } = run;
  const version = readingVersion(feed, location, mappingOf(feed), context.config.feedImagesUrl);
  const format = content.format.name as NonNullable<typeof feed.detectedFormat>;
  const former = isInAnother(feed, format) ? usualMode(formatNamed(feed.detectedFormat as string)) : undefined;
  const keepsFormer = keepsFormerFormat(feed, seenOf(content), former, isSettled);
  const answer = !isPending && isSure ? content.only : undefined;
  return {
    ...approvedMapping(run),
    ...(keepsFormer ? {} : { detectedFormat: format }),
    itemCount: content.intake.items,
    ...(isSure && content.gap === undefined ? { lastCompleteAt: startedAt } : {}),
    ...newValidators(feed, version, answer),
    ...readOfFolder(content, answer),
  };
}

/** A delta's files are read once, a waiting full list again. A server's first key is trusted. */
function readOfFolder({ only, mode, ended }: FeedContent, answer: FeedContent['only']): FeedValues {
  if (!only?.folder || ended) return {};
  const { processed, hostKey } = only.folder;
  const isRead = mode === 'delta' || answer !== undefined;
  return { ...(hostKey ? { hostKey } : {}), ...(isRead ? { processedFiles: [...processed] } : {}) };
}

function approvedMapping({ feed, report, startedAt }: FeedRun): FeedValues {
  if (feed.format !== 'AUTO' || !feed.mapping || feed.mappingApprovedAt) return {};
  report.problem({
    code: 'mapping-unseen',
    message:
      'This feed uses a proposed mapping that no one has reviewed. Preview it with `node adapter ' +
      `--feed-preview ${feed._id.toHexString()}\`. From now on the mapping counts as approved`,
  });
  return { mappingApprovedAt: startedAt };
}
