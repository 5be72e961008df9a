import { restorableKinds, restoreRecord } from '../../shared/trash/restore.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { UsageError } from '../../shared/platform/errors.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const restore: Command = ({ options, argument }) => {
  if (argument === undefined)
    throw new UsageError(`--restore expects a kind (${restorableKinds.join(', ')}) and an id`);
  return withDatabase(async () => {
    const restored = await restoreRecord(options.restore as string, argument, systemClock.now());
    const { kind, id, wasDeleted, ownersInTrash } = restored;
    if (options.json) console.log(JSON.stringify(restored));
    else console.log(wasDeleted ? `Restored the ${kind} ${id}.` : `The ${kind} ${id} was not in the trash.`);
    for (const owner of ownersInTrash)
      console.error(
        `It belongs to the ${owner.kind} ${owner.id}, which is in the trash and takes it along when it ` +
          'is purged. Restore that too: ' +
          `node adapter --restore ${owner.kind} ${owner.id}`,
      );
    if (kind === 'feed') console.error(`It stays paused. To resume it: node adapter --feed-resume ${id}`);
    return exitCodes.done;
  });
};
