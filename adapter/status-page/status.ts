/** What the status page shows, as data: read by the `read-*` files, drawn by the `*-section` files. */

import type { RunStatus } from '../../shared/models/job-run.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import type { AccountStatus, MailProviderName } from '../../shared/models/account.ts';
import type { HostResources } from '../../shared/platform/host-resources.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import type { Progress } from '../../shared/runs/run-context.ts';
import type { LockInUse } from '../read-locks.ts';

/** Runs of the last week that a picture shows as one mark: they began together and ended alike. */
export interface RunMark {
  /** The first began then. */
  readonly startedAt: Date;
  /** The longest took this. */
  readonly durationMs: number;
  readonly status: RunStatus;
  readonly count: number;
}

export interface RunUnderWay {
  /** Empty until the guard has let it through. */
  readonly runId: string;
  readonly startedAt: Date;
  readonly progress: Progress | undefined;
}

export interface JobStatus {
  readonly description: JobDescription;
  readonly nextRun: Date | undefined;
  /** The time that it missed. */
  readonly lateSince: Date | undefined;
  readonly underWay: RunUnderWay | undefined;
  /** Its last run over everything that has ended: no skip, no dry run, none for one mailbox or feed. */
  readonly lastRun: ShownRun | undefined;
  /** Oldest first. */
  readonly week: readonly RunMark[];
  /** Of the last runs that did their work (ms), oldest first. */
  readonly durations: readonly number[];
  /** Newest first, skips too. */
  readonly recent: readonly ShownRun[];
}

export interface Mailbox {
  readonly id: string;
  readonly provider: MailProviderName | 'unknown provider';
  readonly address: string;
  readonly location: string;
  readonly locationId: string;
  readonly enabled: boolean;
  /** Since when someone keeps it from being read. */
  readonly pausedAt: Date | undefined;
  readonly status: AccountStatus | undefined;
  readonly lastError: string | undefined;
  readonly lastSyncedAt: Date | undefined;
  readonly waitsUntil: Date | undefined;
  /** Whole days until its session ends at the latest, where it ends by itself. */
  readonly daysLeft: number | undefined;
  readonly parked: readonly { readonly reason: string; readonly count: number }[];
}

export interface Feed {
  readonly id: string;
  readonly name: string;
  /** Without what is secret in it. */
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
  /** Its form has changed, or its ids have: a person must confirm that before anything of it counts. */
  readonly isFormHeld: boolean;
  /** Tells one question that waits for a person from the next; empty when none does. */
  readonly holdMark: string;
  /** It is in no known format, or set to find that out: a mapping can be approved. */
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
  /** The first of them, newest first. */
  readonly deadEvents: readonly DeadEvent[];
  /** Whether there is a receiver. */
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

/** What only the database knows. */
export interface Records {
  readonly mailboxes: readonly Mailbox[];
  readonly feeds: readonly Feed[];
  readonly events: Events;
}

export interface Status {
  readonly now: Date;
  readonly version: string;
  /** Whether it has buttons (STATUS_ACTIONS). */
  readonly canAct: boolean;
  readonly jobs: readonly JobStatus[];
  readonly host: Host;
  /** Unset when the database does not answer. */
  readonly records: Records | undefined;
  readonly databaseError: string | undefined;
}
