import { countOffered } from '../../shared/models/feed-listings.ts';
import type { PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { removeFeed, type ListingsOfRemoved } from '../../shared/feeds/settings/remove-feed.ts';
import { nameOfFeed, requireFeed } from '../../shared/feeds/settings/require-feed.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { UsageError } from '../../shared/platform/errors.ts';
import type { Options } from '../arguments.ts';
import { askWhich, isInteractive } from '../ask.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const feedRemove: Command = ({ options }) =>
  withDatabase(async () => {
    // Also completes a removal that was killed.
    const feed = await requireFeed(options['feed-remove'] as string, { removed: true });
    const offered = await countOffered(feed._id);
    const listings = givenChoice(options) ?? (await askForChoice(feed, offered));
    if (listings === undefined) {
      console.error('Nothing was removed.');
      return exitCodes.done;
    }
    const { withdrawn } = await removeFeed(feed, listings, systemClock.now());
    const name = nameOfFeed(feed);
    if (options.json) console.log(JSON.stringify({ feedId: feed._id, name, listings, offered, withdrawn }));
    else
      console.log(
        listings === 'keep'
          ? `Removed ${name}. Its ${offered} listings on offer stay as they are; staff maintain them from ` + 'now on.'
          : `Removed ${name}, and withdrew ${withdrawn} of its ${offered} listings on offer` +
              `${withdrawn < offered ? '; the others have a status that staff have locked' : ''}.`,
      );
    return exitCodes.done;
  });

function givenChoice(options: Options): ListingsOfRemoved | undefined {
  const { 'keep-listings': keeps, 'withdraw-listings': withdraws } = options;
  if (keeps && withdraws) throw new UsageError('Either --keep-listings or --withdraw-listings');
  if (keeps) return 'keep';
  return withdraws ? 'withdraw' : undefined;
}

async function askForChoice(feed: PropertyFeedDoc, offered: number): Promise<ListingsOfRemoved | undefined> {
  if (!isInteractive())
    throw new UsageError(`--feed-remove expects --keep-listings or --withdraw-listings (${offered} are on offer)`);
  const question = `Remove ${nameOfFeed(feed)}. What should happen to its ${offered} listings on offer?`;
  const answer = await askWhich(question, ['keep', 'withdraw', 'cancel']);
  return answer === 'cancel' ? undefined : answer;
}
