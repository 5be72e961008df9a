import { mongo } from 'mongoose';

/** Whether the error concerns the records, not the connection. */
export function isRefusal(thrown: unknown): boolean {
  if (thrown instanceof TypeError || thrown instanceof RangeError) return true;
  return thrown instanceof mongo.MongoServerError && !thrown.hasErrorLabel('RetryableWriteError');
}
