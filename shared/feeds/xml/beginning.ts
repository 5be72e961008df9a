/** If reading fails there, the first bytes are still passed on before the error: feeds that send once need it. */
export class Beginning {
  bytes: Buffer = Buffer.alloc(0);
  isWhole = false;
  failure: { readonly error: unknown } | undefined;
  readonly #rest: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.#rest = source[Symbol.asyncIterator]();
  }

  async fill(length: number): Promise<void> {
    const parts = [this.bytes];
    let have = this.bytes.length;
    while (have < length && !this.isWhole) {
      const value = await this.#next();
      if (value === undefined) break;
      parts.push(value);
      have += value.length;
    }
    if (parts.length > 1) this.bytes = Buffer.concat(parts);
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const { value, done } = await this.#rest.next();
      if (!done) return value;
    } catch (error) {
      this.failure = { error };
    }
    this.isWhole = true;
    return undefined;
  }

  skipByteOrderMark(): void {
    if (this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf) this.bytes = this.bytes.subarray(3);
  }

  async *rest(): AsyncGenerator<Buffer> {
    try {
      if (this.bytes.length > 0) yield this.bytes;
      this.bytes = Buffer.alloc(0);
      while (!this.isWhole) {
        const value = await this.#next();
        if (value !== undefined) yield value;
      }
      if (this.failure) throw this.failure.error;
    } finally {
      await this.#rest.return?.();
    }
  }
}
