/** Gathers what a query streams into chunks of at most `size`, which can be worked on with one query each. */
export async function* inChunks<T>(stream: AsyncIterable<T>, size: number, signal: AbortSignal): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of stream) {
    signal.throwIfAborted();
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** How many documents are worked on at once. */
export const chunkSize = 200;
