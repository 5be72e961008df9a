import { disconnectMailbox, requireAccount } from '../../shared/mail/accounts/disconnect-mailbox.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const disconnect: Command = ({ options }) =>
  withDatabase(async () => {
    const account = await requireAccount(options.disconnect as string);
    await disconnectMailbox(account, systemClock);
    const { _id: accountId, provider, email, locationId } = account;
    const asJson = options.json || !process.stdout.isTTY;
    console.log(
      asJson
        ? JSON.stringify({ accountId, provider, email, locationId })
        : `Disconnected ${email} (${provider}). Its mail is in the trash, except mail that another mailbox ` +
            'of the location also has.',
    );
    return exitCodes.done;
  });
