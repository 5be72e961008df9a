/** The later of two history ids, which are numbers of up to 64 bits. */
export function newerHistoryId(one: string, other: string): string {
  return BigInt(one) >= BigInt(other) ? one : other;
}
