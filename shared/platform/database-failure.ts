import { hostOfMongodbUri } from './mongodb-uri.ts'; /**
 * How MongoDB's driver says that the database cannot be reached, and how we say it: what, where, what to do, no secret.
 * Pure.
 */

/** Names of the driver's and mongoose's errors for a connection that fails, is lost or never answers. */
const connectionErrors = new RegExp(
  '^(Mongo(ose)?(Network|Server(Selection|Closed)|Pool|WaitQueue|NotConnected|Topology|ClientClosed|' +
    'OperationTimeout)|PoolCleared)',
);
/** Labels of what a server refuses for the moment: it steps down, starts or shuts down. */
const passingLabels = ['RetryableWriteError', 'RetryableError'];

/**
 * Whether the database failed as a whole: not what one document or one query causes. By name: a bundle has classes of
 * its own.
 */
export function isDatabaseFailure(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  const { hasErrorLabel } = thrown as { hasErrorLabel?: unknown };
  return (
    connectionErrors.test(thrown.name) ||
    isOfSocket(thrown) ||
    (typeof hasErrorLabel === 'function' && passingLabels.some((label) => hasErrorLabel.call(thrown, label)))
  );
}

/**
 * What the driver passes on as it is: its socket breaks while it waits to write. Whoever else has sockets names such
 * failures.
 */
function isOfSocket(thrown: Error): boolean {
  const { code, syscall } = thrown as { code?: unknown; syscall?: unknown };
  return (code === 'EPIPE' || code === 'ECONNRESET') && (syscall === 'write' || syscall === 'read');
}

/** The servers that a failure of the driver tells of; undefined when it tells of none, or in its message alone. */
export function failedServers(error: Error): string | undefined {
  const { servers } = ((error as { reason?: unknown }).reason ?? {}) as { servers?: unknown };
  return servers instanceof Map && servers.size > 0 ? [...servers.keys()].join(',') : undefined;
}

/** "The database at db.example cannot be used: connect ECONNREFUSED ...; check that it is running ..." */
export function describeDatabaseFailure(host: string | undefined, reason: string): string {
  const hint = /auth|credential/i.test(reason)
    ? 'check the user name and password in MONGODB_URI'
    : /ENOTFOUND|EAI_AGAIN/.test(reason)
      ? 'check the host name in MONGODB_URI'
      : 'check that it is running and reachable from here (MONGODB_URI)';
  return `The database${host === undefined ? '' : ` at ${host}`} cannot be used: ${withoutUser(reason)}; ${hint}`;
}

/** Removes `user:password@` from addresses inside a message. */
function withoutUser(message: string): string {
  return message.replace(/\/\/\S*@/g, '//');
}

/** Says which server could not be reached and what to do about it, without user name or password. */
export function describeConnectionError(uri: string, error: unknown): string {
  const host = databaseHost(uri);
  const reason = error instanceof Error ? error.message.replaceAll(uri, host) : String(error);
  return describeDatabaseFailure(host, reason);
}

/** The host part of a connection string: what may be shown. */
export function databaseHost(uri: string): string {
  return hostOfMongodbUri(uri) ?? 'an address that cannot be read';
}
