const duplicateKey = 11_000;

/** Repeats an upsert that failed because another made the document (MongoDB manual, "Upsert with Duplicate Values"). */
export function upsertAtOnce<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: { code?: unknown }) => (error.code === duplicateKey ? ask() : Promise.reject(error)));
}
