/** What both ways of reading a folder's list have in common. */

import { second } from '../../platform/clock.ts';
import type { FetchedMessage, MailboxContext } from '../mail-provider.ts';
import type { MessagePlace } from './owa-message.ts';
import type { OwaSession } from './owa-session.ts';
import type { ListedMessage } from './seen-window.ts';

/** An answer comes before what is rendered from it: this much later it does not come any more. */
export const grace = 500;

export interface FolderReader {
  /** The next messages of the list; undefined at its end. */
  next(): Promise<ListedMessage[] | undefined>;
  /**
   * Goes on where a covered part of the list ends (see `isPastSpan`). Only where each message costs: it must be opened
   * to be read.
   */
  skipTo?(spanOldest: string): Promise<void>;
}

export interface ReaderOptions {
  readonly session: OwaSession;
  readonly folder: string;
  readonly place: MessagePlace;
  readonly context: MailboxContext;
  /** Keeps a whole message read from the rendered page, for when it is asked for. */
  keep(message: FetchedMessage): void;
  /** Types this into the search box instead of reading the folder. */
  readonly search?: string;
}

export function patience(context: MailboxContext): number {
  return Math.min(15 * second, context.config.mailRequestTimeout);
}
