/** What benchmarks have in common: rivals that take turns, and medians. */

export interface BenchResult {
  /** Without unit; above 1 means slower, or more, than the rival. */
  readonly ratios: Record<string, number>;
  /** Medians and sizes, each with its unit in the name: `purgeMs`. */
  readonly figures: Record<string, number>;
}

/** What was asked for on the command line; a benchmark takes what makes sense for it. */
export interface BenchOptions {
  /** How much there is to do, in the benchmark's own unit: MB of a feed, deleted contacts. */
  readonly sizes?: readonly number[];
  readonly rounds?: number;
}

export type Benchmark = (say: (line: string) => void, options: BenchOptions) => Promise<BenchResult>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How long something takes, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Lets rivals take turns, each round in the opposite order of the one before, after one round that does not count.
 *
 * @param rivals each does its work once and answers with its figures
 * @returns of each rival the figures of all rounds
 */
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
