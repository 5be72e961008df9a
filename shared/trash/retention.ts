import { day } from '../platform/clock.ts';
import { EstioError } from '../platform/errors.ts';

const minRetentionDays = 1;

class RetentionError extends EstioError {
  override name = 'RetentionError';

  constructor(message: string) {
    super(message, { code: 'retention-too-short' });
  }
}

/** @throws {RetentionError} under one day */
export function trashCutoff(now: Date, retentionDays: number): Date {
  if (!(retentionDays >= minRetentionDays)) {
    throw new RetentionError(
      `TRASH_RETENTION_DAYS: expected at least ${minRetentionDays} day, got ${retentionDays}; nothing was deleted`,
    );
  }
  return new Date(now.getTime() - retentionDays * day);
}
