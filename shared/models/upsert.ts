const duplicateKey = 11_000;

/**
 * Does an upsert that others may do at the same time: of two that make one document the second may fail, and finds it
 * when it asks again (MongoDB manual, "Upsert with Duplicate Values").
 */
export function upsertAtOnce<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch((error: { code?: unknown }) => (error.code === duplicateKey ? ask() : Promise.reject(error)));
}
