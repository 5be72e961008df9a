import mongoose from 'mongoose';
import { daysInWords, daysLeft, endsSoon } from '../../shared/mail/accounts/session-days.ts';
import { Account } from '../../shared/models/account.ts';
import { ensureIndexes } from '../../shared/models/ensure-indexes.ts';
import { Event } from '../../shared/models/event.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { repairRecords } from '../../shared/models/repair-records.ts';
import { second, type Clock } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import { needsReseal, openCredentials } from '../../shared/platform/crypto.ts';
import { databaseHost } from '../../shared/platform/database-failure.ts';
import type { Finding } from './finding.ts';

/** ms; leases and due times compare clocks of hosts. */
const clockTolerance = 2 * second;

export interface Needs {
  readonly gmail: number;
  readonly outlook: number;
  readonly browser: number;
}

export async function examineServer(config: Config): Promise<Finding> {
  const { version } = (await admin({ buildInfo: 1 })) as { version: string };
  if (config.mongodbUri)
    return { what: 'database', level: 'ok', found: `MongoDB ${version} at ${databaseHost(config.mongodbUri)}` };
  return {
    what: 'database',
    level: 'warning',
    found: `embedded MongoDB ${version}, for trying out`,
    remedy: 'set MONGODB_URI for production',
  };
}

export async function examineClock(clock: Clock): Promise<Finding> {
  const asked = clock.now().getTime();
  const { localTime } = (await admin({ hello: 1 })) as { localTime?: Date };
  // The embedded engine uses this host's.
  if (!localTime) return { what: 'clock', level: 'unused', found: 'the database does not report its time' };
  const ahead = (asked + clock.now().getTime()) / 2 - localTime.getTime();
  const found = `${Math.abs(ahead / second).toFixed(1)} s ${ahead < 0 ? 'behind' : 'ahead of'} the database's`;
  if (Math.abs(ahead) > clockTolerance)
    return { what: 'clock', level: 'problem', found, remedy: 'synchronise both hosts (timedatectl set-ntp true)' };
  return { what: 'clock', level: 'ok', found };
}

export async function examineIndexes(config: Config): Promise<readonly Finding[]> {
  const what = 'indexes';
  const reports = await ensureIndexes({ dryRun: true });
  const missing = reports.flatMap(({ collection, missing: indexes }) =>
    indexes.map((index) => `${collection} ${index}`),
  );
  const present = reports.reduce((sum, report) => sum + report.present.length, 0);
  const problems = reports.flatMap((report) =>
    report.problems.map(({ index, reason }): Finding => ({
      what,
      level: 'problem',
      found: `${report.collection} ${index}: ${reason}`,
      remedy: 'npm run db:indexes',
    })),
  );
  if (missing.length > 0) {
    const shown = `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}`;
    problems.push({
      what,
      level: config.nodeEnv === 'production' ? 'problem' : 'warning',
      found: `${missing.length} missing: ${shown}`,
      remedy: 'npm run db:indexes',
    });
  }
  return problems.length > 0 ? problems : [{ what, level: 'ok', found: `all ${present} are there` }];
}

/** Shows no credential. */
export async function examineCredentials(config: Config): Promise<Finding> {
  const what = 'credentials';
  const accounts = await Account.find({ credentials: { $type: 'string' } }, { credentials: 1 }).lean();
  const feeds = await PropertyFeed.find({ auth: { $type: 'string' }, deletedAt: null }, { auth: 1 }).lean();
  const sealed = [
    ...accounts.map(({ _id, credentials }) => [_id, credentials]),
    ...feeds.map(({ _id, auth }) => [_id, auth]),
  ].map(([id, value]) => ({ owner: String(id), value: String(value) }));
  if (sealed.length === 0) return { what, level: 'unused', found: 'none are stored' };
  const closed = sealed.filter(({ owner, value }) => !opens(value, owner, config)).length;
  if (closed > 0)
    return {
      what,
      level: 'problem',
      found: `${closed} of ${sealed.length} cannot be decrypted with CREDENTIALS_KEY or CREDENTIALS_KEY_PREVIOUS`,
      remedy: 'put the key that encrypted them into CREDENTIALS_KEY_PREVIOUS, or connect the mailboxes again',
    };
  const previous = sealed.filter(({ value }) => needsReseal(value, config)).length;
  const rotation =
    previous > 0
      ? `, ${previous} of them with CREDENTIALS_KEY_PREVIOUS: keep it`
      : config.credentialsKeyPrevious
        ? '; CREDENTIALS_KEY_PREVIOUS can be removed'
        : '';
  return { what, level: 'ok', found: `all ${sealed.length} can be decrypted${rotation}` };
}

/** The session that ends first. */
export async function examineSessions(now: Date): Promise<Finding> {
  const what = 'sessions';
  const first = await Account.findOne(
    { enabled: true, status: { $ne: 'needs-reauth' }, credentialsExpireAt: { $type: 'date' } },
    { email: 1, credentialsExpireAt: 1 },
  )
    .sort({ credentialsExpireAt: 1 })
    .lean();
  const days = first ? daysLeft(first, now) : undefined;
  if (!first || days === undefined)
    return { what, level: 'unused', found: 'no mailbox has a session with a known end' };
  const found = `${first.email}: ${daysInWords(days)} at most`;
  if (endsSoon(days)) return { what, level: 'warning', found, remedy: 'node adapter --connect outlook-web' };
  return { what, level: 'ok', found };
}

export async function examineRecords(): Promise<Finding> {
  const what = 'records';
  const reports = await repairRecords({ dryRun: true });
  if (reports.length === 0) return { what, level: 'ok', found: 'all fields are as expected' };
  const found = [...Map.groupBy(reports, ({ collection }) => collection)].map(([collection, fields]) => {
    const counts = fields.map(({ field, mended, unreadable }) => {
      const parts = [mended > 0 ? `${mended} mendable` : '', unreadable > 0 ? `${unreadable} unreadable` : ''];
      return `${field} (${parts.filter((part) => part !== '').join(', ')})`;
    });
    return `${collection}: ${counts.join(', ')}`;
  });
  return { what, level: 'warning', found: found.join('\n'), remedy: 'node adapter --repair-records --dry-run' };
}

/** Dead events, which someone must replay. */
export async function examineEvents(): Promise<Finding> {
  const what = 'events';
  const dead = await Event.countDocuments({ status: 'dead' });
  if (dead === 0) return { what, level: 'ok', found: 'none were given up' };
  const some = await Event.find({ status: 'dead' }, { type: 1, lastError: 1 }).sort({ _id: 1 }).limit(5).lean();
  const named = some.map(({ _id, type, lastError }) => `${String(_id)} ${String(type)}: ${lastError ?? 'unknown'}`);
  return {
    what,
    level: 'warning',
    found: `${dead} given up\n${named.join('\n')}${dead > some.length ? '\n...' : ''}`,
    remedy: 'node adapter --replay-event dead',
  };
}

export async function readNeeds(): Promise<Needs> {
  const [gmail, outlook, web, feeds] = await Promise.all([
    Account.countDocuments({ provider: 'gmail', enabled: true }),
    Account.countDocuments({ provider: 'outlook', enabled: true }),
    Account.countDocuments({ provider: 'outlook-web', enabled: true }),
    PropertyFeed.countDocuments({ fetch: 'browser', isActive: true, deletedAt: null }),
  ]);
  return { gmail, outlook, browser: web + feeds };
}

export function examineProviders(config: Config, needs: Needs | undefined): readonly Finding[] {
  return [
    examineProvider(
      'Google',
      ['GOOGLE_CLIENT_ID', config.googleClientId],
      ['GOOGLE_CLIENT_SECRET', config.googleClientSecret],
      needs?.gmail,
    ),
    examineProvider('Microsoft', ['MICROSOFT_CLIENT_ID', config.microsoftClientId], undefined, needs?.outlook),
  ];
}

type Named = readonly [name: string, value: string | undefined];

function examineProvider(what: string, id: Named, secret: Named | undefined, mailboxes = 0): Finding {
  const missing = [id, ...(secret ? [secret] : [])].filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length === 0) return { what, level: 'ok', found: `credentials are set, mailboxes: ${mailboxes}` };
  if (mailboxes === 0)
    return { what, level: 'unused', found: `not set (${missing.join(', ')}): none of its mailboxes can be connected` };
  return {
    what,
    level: 'problem',
    found: `${missing.join(', ')} not set, and mailboxes connected: ${mailboxes}`,
    remedy: "copy them from the provider's console into .env",
  };
}

function opens(sealed: string, owner: string, config: Config): boolean {
  try {
    openCredentials(sealed, owner, config);
    return true;
  } catch {
    return false;
  }
}

async function admin(command: Record<string, unknown>): Promise<Record<string, unknown>> {
  return mongoose.connection.getClient().db('admin').command(command);
}
