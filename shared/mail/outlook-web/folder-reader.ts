import { second } from '../../platform/clock.ts';
import type { FetchedMessage, MailboxContext } from '../mail-provider.ts';
import type { MessagePlace } from './owa-message.ts';
import type { OwaSession } from './owa-session.ts';
import type { ListedMessage } from './seen-window.ts';

export const grace = 500;

export interface FolderReader {
  /** Undefined at the end. */
  next(): Promise<ListedMessage[] | undefined>;
  /** Skips a covered part (see `isPastSpan`), for readers that open each message. */
  skipTo?(spanOldest: string): Promise<void>;
}

export interface ReaderOptions {
  readonly session: OwaSession;
  readonly folder: string;
  readonly place: MessagePlace;
  readonly context: MailboxContext;
  keep(message: FetchedMessage): void;
  readonly search?: string;
}

export function patience(context: MailboxContext): number {
  return Math.min(15 * second, context.config.mailRequestTimeout);
}
