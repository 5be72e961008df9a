/** The status page's data: `read-*` files read it, `*-section` files draw it. */

import type { RunStatus } from '../../shared/models/job-run.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import type { AccountStatus, MailProviderName } from '../../shared/models/account.ts';
import type { HostResources } from '../../shared/platform/host-resources.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import type { Progress } from '../../shared/runs/run-context.ts';
import type { LockInUse } from '../read-locks.ts';

/** Runs of the last week in one mark: same start, same result. */
export interface RunMark {
  /** Of the first. */
  readonly startedAt: Date;
  /** Of the longest. */
  readonly durationMs: number;
  readonly status: RunStatus;
  readonly count: number;
}

export interface RunUnderWay {
  /** Empty until the guard admits it. */
  readonly runId: string;
  readonly startedAt: Date;
  readonly progress: Progress | undefined;
}

export interface JobStatus {
  readonly description: JobDescription;
  readonly nextRun: Date | undefined;
  /** The missed time. */
  readonly lateSince: Date | undefined;
  readonly underWay: RunUnderWay | undefined;
  readonly lastRun: ShownRun | undefined;
  /** The runs of all hosts at that time, if several. */
  readonly lastRuns: readonly ShownRun[];
  /** Oldest first. */
  readonly week: readonly RunMark[];
  /** ms, oldest first. */
  readonly durations: readonly number[];
  /** Newest first, with skips. */
  readonly recent: readonly ShownRun[];
}

export interface Mailbox {
  readonly id: string;
  readonly provider: MailProviderName | 'unknown provider';
  readonly address: string;
  readonly location: string;
  readonly locationId: string;
  readonly enabled: boolean;
  readonly pausedAt: Date | undefined;
  readonly status: AccountStatus | undefined;
  readonly lastError: string | undefined;
  readonly lastSyncedAt: Date | undefined;
  readonly waitsUntil: Date | undefined;
  /** Whole days until its session ends. */
  readonly daysLeft: number | undefined;
  readonly parked: readonly { readonly reason: string; readonly count: number }[];
}

export interface Feed {
  readonly id: string;
  readonly name: string;
  /** Without secrets. */
  readonly address: string;
  readonly location: string;
  readonly isActive: boolean;
  readonly format: string;
  readonly lastSyncAt: Date | undefined;
  readonly lastStatus: string | undefined;
  readonly lastError: string | undefined;
  readonly itemCount: number | undefined;
  /** Of the last sync. */
  readonly counts: Readonly<Record<string, number>>;
  readonly removalGuard:
    | { readonly reason: string; readonly count: number; readonly total: number; readonly heldAt: Date | undefined }
    | undefined;
  /** Changed form or ids wait for a confirmation. */
  readonly isFormHeld: boolean;
  /** Identifies the waiting question; empty without one. */
  readonly holdMark: string;
  /** Its mapping can be approved. */
  readonly takesMapping: boolean;
}

export interface DeadEvent {
  readonly id: string;
  readonly type: string;
  readonly attempts: number | undefined;
  readonly lastError: string | undefined;
  readonly emittedAt: Date | undefined;
}

export interface Events {
  readonly pending: number;
  readonly oldestPending: Date | undefined;
  readonly dead: number;
  readonly deadTypes: readonly { readonly type: string; readonly count: number }[];
  readonly deadEvents: readonly DeadEvent[];
  /** Whether a receiver is set. */
  readonly isSent: boolean;
}

export interface Host extends HostResources {
  readonly name: string;
  readonly totalMb: number;
  readonly minFreeMb: number;
  readonly maxLoad: number;
  readonly processors: number;
  readonly processMb: number;
  readonly startedAt: Date;
  readonly locks: readonly LockInUse[];
}

export interface Records {
  readonly mailboxes: readonly Mailbox[];
  readonly feeds: readonly Feed[];
  readonly events: Events;
}

export interface Status {
  readonly now: Date;
  readonly version: string;
  /** STATUS_ACTIONS. */
  readonly canAct: boolean;
  readonly jobs: readonly JobStatus[];
  readonly host: Host;
  /** Unset without the database. */
  readonly records: Records | undefined;
  readonly databaseError: string | undefined;
}
