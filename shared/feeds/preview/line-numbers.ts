export class LineNumbers {
  #breaks = new Uint32Array(4096);
  #count = 0;
  #offset = 0;

  async *through(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.#add(this.#offset + at);
      this.#offset += chunk.length;
      yield chunk;
    }
  }

  /** From 1. */
  at(offset: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#breaks[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  #add(offset: number): void {
    if (this.#count === this.#breaks.length) {
      const larger = new Uint32Array(this.#breaks.length * 2);
      larger.set(this.#breaks);
      this.#breaks = larger;
    }
    this.#breaks[this.#count++] = offset;
  }
}
