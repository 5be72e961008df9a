/** Unknown or malformed parameters are errors, so that no run is wider than meant. */

import { UsageError } from '../platform/errors.ts';
import type { ParameterName } from './job.ts';
import type { RunParameters } from './run-context.ts';

const objectId = /^[0-9a-f]{24}$/i;
const flags: readonly ParameterName[] = ['dryRun', 'confirmRemovals'];

/**
 * Flags are 1 or 0.
 *
 * @param allowed by the job @throws {UsageError} an unknown or repeated name, an id that is no ObjectId, a confirmation
 * without a feed
 */
export function parseRunParameters(
  given: Iterable<readonly [string, string]>,
  allowed: readonly ParameterName[],
): RunParameters {
  const values: Record<string, string | boolean> = { dryRun: false, confirmRemovals: false };
  const seen = new Set<string>();
  for (const [name, value] of given) {
    if (!allowed.includes(name as ParameterName)) {
      throw new UsageError(
        `Unknown parameter ${JSON.stringify(name.slice(0, 50))}: this job accepts ` +
          `${allowed.length > 0 ? allowed.join(', ') : 'none'}`,
      );
    }
    if (seen.has(name)) throw new UsageError(`The parameter ${name} is given twice`);
    seen.add(name);
    values[name] = flags.includes(name as ParameterName) ? parseFlag(name, value) : parseId(name, value);
  }
  if (values['confirmRemovals'] && values['feedId'] === undefined)
    throw new UsageError('confirmRemovals: expected a feedId, the feed that was reviewed');
  return values as unknown as RunParameters;
}

export function recordedParameters(parameters: RunParameters): Readonly<Record<string, string | true>> | undefined {
  const given = Object.entries(parameters).filter((entry): entry is [string, string | true] => Boolean(entry[1]));
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

export function isNarrowed({ accountId, feedId, locationId, contactId, pushed }: RunParameters): boolean {
  return (accountId ?? feedId ?? locationId ?? contactId ?? pushed) !== undefined;
}

function parseFlag(name: string, value: string): boolean {
  if (['1', 'true', ''].includes(value)) return true;
  if (['0', 'false'].includes(value)) return false;
  throw new UsageError(`${name}: expected 1 or 0, got ${JSON.stringify(value.slice(0, 50))}`);
}

function parseId(name: string, value: string): string {
  if (!objectId.test(value))
    throw new UsageError(`${name}: expected an id of 24 hexadecimal digits, got ${JSON.stringify(value.slice(0, 50))}`);
  return value.toLowerCase();
}
