/**
 * Gathers what a query streams into chunks, which can be worked on with one query each.
 *
 * @param size the most in a chunk; asked anew for each item, so that the last chunk of a batch is no larger than its
 * rest
 */
export async function* inChunks<T>(
  stream: AsyncIterable<T>,
  size: () => number,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of stream) {
    signal.throwIfAborted();
    chunk.push(item);
    if (chunk.length >= size()) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** How many documents are worked on at once. */
export const chunkSize = 200;
