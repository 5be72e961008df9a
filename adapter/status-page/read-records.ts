import type { Config } from '../../shared/platform/config.ts';
import { readEvents } from './read-events.ts';
import { readFeeds } from './read-feeds.ts';
import { readMailboxes } from './read-mailboxes.ts';
import type { Records } from './status.ts';
import { readLocationNames } from './stored-record.ts';

/** Without secrets. */
export async function readRecords(config: Config, now: Date): Promise<Records> {
  const nameOf = await readLocationNames();
  const [mailboxes, feeds, events] = await Promise.all([
    readMailboxes(nameOf, now),
    readFeeds(nameOf),
    readEvents(config),
  ]);
  return { mailboxes, feeds, events };
}
