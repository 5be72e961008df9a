import { MailError } from '../mail-error.ts';
import type { FetchedMessage, MailboxContext } from '../mail-provider.ts';
import { grace, patience } from './folder-reader.ts';
import { readPane } from './in-page.ts';
import { layoutChanged } from './layout-trace.ts';
import { idOfPath, isWholeItem, paneToMessage, type MessagePlace } from './owa-message.ts';
import type { OwaSession } from './owa-session.ts';
import { readRendered } from './rendered-folder.ts';

interface MessageToOpen {
  readonly session: OwaSession;
  readonly id: string;
  readonly folder: string;
  readonly place: MessagePlace;
  readonly context: MailboxContext;
}

/**
 * Waits for an answer, the reading pane, or a refusal. Undefined: the message is gone. @throws {MailError} neither came
 */
export async function openMessage({
  session,
  id,
  folder,
  place,
  context,
}: MessageToOpen): Promise<FetchedMessage | 'answered' | undefined> {
  await session.open(`/mail/${encodeURIComponent(folder)}/id/${encodeURIComponent(id)}`);
  const answered = () => isWholeItem(session.items.get(id), place);
  const pane = async () => {
    const shown = await session.ask((page) => page.evaluate(readPane).catch(() => undefined));
    return shown !== undefined && idOfPath(shown.path) === id ? shown : undefined;
  };
  const refused = () => session.isRefused(id);
  // Without any answer, a missing message proves nothing.
  const dismissed = async () => {
    if (idOfPath(session.path) !== undefined) return false;
    const { found, options } = await readRendered({ session });
    return found && (options.length > 0 || session.answers.some(({ isById }) => isById));
  };
  await session.until(
    async () => answered() || refused() || (await dismissed()) || (await pane()) !== undefined,
    patience(context),
  );
  if (await session.until(answered, refused() ? 0 : grace)) return 'answered';
  const shown = await pane();
  const message = shown && paneToMessage(id, shown, true, place);
  if (message) return message;
  if (!shown && (refused() || (await dismissed()))) return undefined;
  session.throwServiceFailure();
  if (!shown && !session.answers.some(({ isById }) => isById)) throw silentService();
  throw await layoutChanged(
    session,
    'a message was opened by its address, but neither an answer nor a reading pane with sender and time came',
    'park',
    context,
  );
}

/** The service failed, not the message. */
export function silentService(): MailError {
  return new MailError('Outlook on the web opens, but its service calls get no answer', {
    code: 'no-answer',
    reaction: 'retry',
  });
}
