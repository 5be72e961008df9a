import { pauseFeed } from '../../shared/feeds/settings/keep-feed.ts';
import { nameOfFeed, requireFeed } from '../../shared/feeds/settings/require-feed.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const feedPause: Command = ({ options }) => setPaused(options['feed-pause'] as string, true, options.json);

export const feedResume: Command = ({ options }) => setPaused(options['feed-resume'] as string, false, options.json);

function setPaused(feedId: string, isPaused: boolean, asJson = false): Promise<number> {
  return withDatabase(async () => {
    const feed = await requireFeed(feedId);
    await pauseFeed(feed, isPaused);
    if (asJson) console.log(JSON.stringify({ feedId: feed._id, name: nameOfFeed(feed), isPaused }));
    else if (isPaused) console.log(`Paused ${nameOfFeed(feed)}: it is not read; its listings stay as they are.`);
    else console.log(`Resumed ${nameOfFeed(feed)}: the next run reads it.`);
    return exitCodes.done;
  });
}
