/** Which offers run out, and the queries that find them. */

import { alive } from '../models/deletion.ts';
import { hour } from '../platform/clock.ts';
import { noDate, notPutOff } from './put-off.ts';

/** Elapsed hours, whatever daylight saving does. */
const offerNotice = 48 * hour;

/** Pending is what an offer is that names no status. */
const pending = { status: { $in: ['pending', null, ''] }, ...alive };

/** Offers that are still valid, but not for long. */
export function expiringOffers(now: Date) {
  return notPutOff({ ...pending, validUntil: { $gte: now, $lt: new Date(now.getTime() + offerNotice) } }, now);
}

export function expiredOffers(now: Date) {
  return notPutOff({ ...pending, validUntil: { $lt: now } }, now);
}

/** Offers whose end is no date. */
export function offersWithoutEnd(now: Date) {
  return notPutOff({ ...pending, validUntil: noDate }, now);
}
