/** @param size maximum, asked for each item, so that a batch's last chunk fits its rest */
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

export const chunkSize = 200;
