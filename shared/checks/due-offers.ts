import { alive } from '../models/deletion.ts';
import { wordSpellings } from '../models/stored-word.ts';
import { hour } from '../platform/clock.ts';
import { noDate, notPutOff } from './put-off.ts';

/** Elapsed hours, whatever daylight saving does. */
const offerNotice = 48 * hour;

const pending = { status: { $in: [...wordSpellings('pending'), null, ''] }, ...alive };

export function expiringOffers(now: Date) {
  return notPutOff({ ...pending, validUntil: { $gte: now, $lt: new Date(now.getTime() + offerNotice) } }, now);
}

export function expiredOffers(now: Date) {
  return notPutOff({ ...pending, validUntil: { $lt: now } }, now);
}

export function offersWithoutEnd(now: Date) {
  return notPutOff({ ...pending, validUntil: noDate }, now);
}
