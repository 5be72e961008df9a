/** Which offers run out, and the queries that find them. */

import { hour } from '../platform/clock.ts';
import { notPutOff } from './put-off.ts';

/** How long before its end an offer is announced. Elapsed hours: a change of the clocks does not count. */
const offerNotice = 48 * hour;

/** Offers that are still valid, but not for long. */
export function expiringOffers(now: Date) {
  return notPutOff(
    { status: 'pending' as const, validUntil: { $gte: now, $lt: new Date(now.getTime() + offerNotice) } },
    now,
  );
}

/** Offers that nobody decided in time. */
export function expiredOffers(now: Date) {
  return notPutOff({ status: 'pending' as const, validUntil: { $lt: now } }, now);
}
