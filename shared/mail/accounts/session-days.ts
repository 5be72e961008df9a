import { day } from '../../platform/clock.ts';
import type { AccountDoc } from '../../models/account.ts';

const soon = 7;

export function daysLeft(
  { credentialsExpireAt: end }: Pick<AccountDoc, 'credentialsExpireAt'>,
  now: Date,
): number | undefined {
  return end && Math.max(0, Math.floor((end.getTime() - now.getTime()) / day));
}

export function endsSoon(days: number | undefined): days is number {
  return days !== undefined && days <= soon;
}

export function daysInWords(days: number): string {
  return days === 0 ? 'less than a day' : days === 1 ? '1 more day' : `${days} more days`;
}
