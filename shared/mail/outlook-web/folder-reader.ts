import { second } from '../../platform/clock.ts';
import type { FetchedMessage, MailboxContext } from '../mail-provider.ts';
import type { MessagePlace } from './owa-message.ts';
import type { OwaSession } from './owa-session.ts';
import type { ListedMessage } from './seen-window.ts';

/** ms. An answer precedes its rendering; after this delay it will not arrive. */
export const grace = 500;

export interface FolderReader {
  /** Undefined at the end of the list. */
  next(): Promise<ListedMessage[] | undefined>;
  /** Skips a covered part (see `isPastSpan`). Only for readers that must open each message. */
  skipTo?(spanOldest: string): Promise<void>;
}

export interface ReaderOptions {
  readonly session: OwaSession;
  readonly folder: string;
  readonly place: MessagePlace;
  readonly context: MailboxContext;
  /** Keeps a message read from the rendered page until it is fetched. */
  keep(message: FetchedMessage): void;
  /** Searched for instead of reading the folder. */
  readonly search?: string;
}

export function patience(context: MailboxContext): number {
  return Math.min(15 * second, context.config.mailRequestTimeout);
}
