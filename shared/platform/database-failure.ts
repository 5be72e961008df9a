/** Pure. */

import { hostOfMongodbUri } from './mongodb-uri.ts';

const connectionErrors = new RegExp(
  '^(Mongo(ose)?(Network|Server(Selection|Closed)|Pool|WaitQueue|NotConnected|Topology|ClientClosed|' +
    'OperationTimeout)|PoolCleared)',
);
/** The server steps down, starts or shuts down. */
const passingLabels = ['RetryableWriteError', 'RetryableError'];

/** Whether the database failed as a whole. By name: bundles have their own classes. */
export function isDatabaseFailure(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  const { hasErrorLabel } = thrown as { hasErrorLabel?: unknown };
  return (
    connectionErrors.test(thrown.name) ||
    isOfSocket(thrown) ||
    (typeof hasErrorLabel === 'function' && passingLabels.some((label) => hasErrorLabel.call(thrown, label)))
  );
}

/** The driver does not wrap them; other socket owners do. */
function isOfSocket(thrown: Error): boolean {
  const { code, syscall } = thrown as { code?: unknown; syscall?: unknown };
  return (code === 'EPIPE' || code === 'ECONNRESET') && (syscall === 'write' || syscall === 'read');
}

/** The servers that a failure names outside its message. */
export function failedServers(error: Error): string | undefined {
  const { servers } = ((error as { reason?: unknown }).reason ?? {}) as { servers?: unknown };
  return servers instanceof Map && servers.size > 0 ? [...servers.keys()].join(',') : undefined;
}

export function describeDatabaseFailure(host: string | undefined, reason: string): string {
  const hint = /auth|credential/i.test(reason)
    ? 'check the user name and password in MONGODB_URI'
    : /ENOTFOUND|EAI_AGAIN/.test(reason)
      ? 'check the host name in MONGODB_URI'
      : 'check that it is running and reachable from this host (MONGODB_URI)';
  return `The database${host === undefined ? '' : ` at ${host}`} cannot be used: ${withoutUser(reason)}; ${hint}`;
}

function withoutUser(message: string): string {
  return message.replace(/\/\/\S*@/g, '//');
}

export function describeConnectionError(uri: string, error: unknown): string {
  const host = databaseHost(uri);
  const reason = error instanceof Error ? error.message.replaceAll(uri, host) : String(error);
  return describeDatabaseFailure(host, reason);
}

/** Safe to show. */
export function databaseHost(uri: string): string {
  return hostOfMongodbUri(uri) ?? 'an address that cannot be read';
}
