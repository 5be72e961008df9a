export interface BenchResult {
  /** Above 1: slower, or more, than the rival. */
  readonly ratios: Record<string, number>;
  readonly figures: Record<string, number>;
}

export interface BenchOptions {
  /** In the benchmark's unit. */
  readonly sizes?: readonly number[];
  readonly rounds?: number;
}

export type Benchmark = (say: (line: string) => void, options: BenchOptions) => Promise<BenchResult>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** ms */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** In alternating order, after a warm-up. */
export async function interleave<Name extends string>(
  rounds: number,
  rivals: Record<Name, (round: number) => Promise<Record<string, number>>>,
  say: (line: string) => void,
): Promise<Record<Name, Record<string, number>[]>> {
  const names = Object.keys(rivals) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Record<string, number>[]
  >;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const figures = await rivals[name](round);
      if (round > 0) measured[name].push(figures);
      say(
        `${round === 0 ? 'warm-up' : `round ${round}`}  ${name}  ${Object.entries(figures)
          .map(([key, value]) => `${key} ${value.toFixed(1)}`)
          .join('  ')}`,
      );
    }
  }
  return measured;
}
