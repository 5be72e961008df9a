/** The turn that a mailbox has within a run over many. */

import type { AccountDoc } from '../models/account.ts';
import type { RunContext } from '../runs/run-context.ts';
import type { Mailbox } from './mail-provider.ts';

/**
 * What is done with an opened mailbox; it ends with `paused` when something is left that may wait for the other
 * mailboxes.
 */
export type MailboxWork = (
  account: AccountDoc,
  mailbox: Mailbox,
  context: RunContext,
  turn: Turn,
) => Promise<'paused' | void>;

export interface Turn {
  /** Whether another mailbox has not been looked at yet in this run. */
  othersWait(): boolean;
}
