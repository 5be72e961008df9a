import { showAccount, type ShownAccount, type StoredAccount } from '../../shared/mail/accounts/show-account.ts';
import { Account } from '../../shared/models/account.ts';
import { Location, requireLocation } from '../../shared/models/location.ts';
import { idSpellings, storedId, storedText } from '../../shared/models/stored-value.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTable } from '../format-table.ts';
import { withDatabase } from '../with-database.ts';

export const accountList: Command = ({ options }) =>
  withDatabase(async () => {
    const accounts = await readAccounts(options.location);
    if (options.json) console.log(JSON.stringify(accounts, null, 2));
    else if (accounts.length === 0)
      console.log('No mailbox is connected: node adapter --connect gmail --location <id>');
    else
      console.log(
        formatTable(['id', 'mailbox', 'provider', 'location', 'last read', 'status'], await rowsOf(accounts)),
      );
    return exitCodes.done;
  });

async function readAccounts(location: string | undefined): Promise<ShownAccount[]> {
  const filter =
    location === undefined ? {} : { locationId: { $in: idSpellings((await requireLocation(location))._id) } };
  const found = await Account.collection
    .find(filter as never, { projection: { credentials: 0, cursors: 0 } })
    .toArray();
  return (found as StoredAccount[])
    .map((account) => showAccount(account, systemClock.now()))
    .sort((a, b) => a.email.localeCompare(b.email) || a.provider.localeCompare(b.provider));
}

async function rowsOf(accounts: readonly ShownAccount[]): Promise<string[][]> {
  const found = await Location.collection.find({}, { projection: { name: 1 } }).toArray();
  const locations = new Map(found.map(({ _id, name }) => [storedId(_id)?.toHexString(), storedText(name)]));
  return accounts.map((account) => [
    account.accountId,
    account.email,
    account.provider,
    locations.get(account.locationId) ?? account.locationId ?? '?',
    account.lastSyncedAt?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never',
    [account.status, account.lastError].filter(Boolean).join(': '),
  ]);
}
