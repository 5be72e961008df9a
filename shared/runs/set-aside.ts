import { maxLostAttempts, type Claimable } from '../models/claim.ts';
import { EstioError } from '../platform/errors.ts';

export function setAsideError({ _id, claim }: Claimable, job: string, option: string): EstioError {
  return new EstioError(
    `It is set aside: ${maxLostAttempts} runs in a row ended unexpectedly while they worked on it ` +
      `(last: ${claim?.runId ?? 'unknown'}). To try it again: node adapter --invoke ${job} --${option} ` +
      `${String(_id)}`,
    { code: 'set-aside' },
  );
}
