/** Whether another document has the unique key (MongoDB, "Error Codes": DuplicateKey). */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11_000;
}

/** Repeats an upsert that lost a race (MongoDB manual, "Upsert with Duplicate Values"). */
export function upsertAtOnce<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: unknown) => (isDuplicateKey(error) ? ask() : Promise.reject(error)));
}
