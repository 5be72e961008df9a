import { requireAccount } from '../../shared/mail/accounts/disconnect-mailbox.ts';
import { setPaused } from '../../shared/models/account.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const accountPause: Command = ({ options }) => pause(options['account-pause'] as string, true, options.json);

export const accountResume: Command = ({ options }) => pause(options['account-resume'] as string, false, options.json);

function pause(name: string, isPaused: boolean, asJson = false): Promise<number> {
  return withDatabase(async () => {
    const { _id: accountId, provider, email } = await requireAccount(name);
    await setPaused(accountId, isPaused ? systemClock.now() : undefined);
    if (asJson) console.log(JSON.stringify({ accountId, provider, email, isPaused }));
    else if (isPaused) console.log(`Paused ${email} (${provider}): it stays connected, but is not read.`);
    else console.log(`Resumed ${email} (${provider}): the next run continues where it stopped.`);
    return exitCodes.done;
  });
}
