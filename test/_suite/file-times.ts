export interface FileTime {
  readonly file: string;
  readonly seconds: number;
  /** Includes child processes. */
  readonly processorSeconds: number;
}

export function describeTimes(times: readonly FileTime[], totalSeconds: number, shown = 10): string[] {
  if (times.length < 2) return [];
  const slowest = times.toSorted((a, b) => b.seconds - a.seconds).slice(0, shown);
  const processor = times.reduce((sum, { processorSeconds }) => sum + processorSeconds, 0);
  return [
    `the ${slowest.length} slowest files (seconds, of these the processor's):`,
    ...slowest.map(({ file, seconds, processorSeconds }) => `${column(seconds)} ${column(processorSeconds)}  ${file}`),
    `total: ${inMinutes(totalSeconds)} for ${times.length} files, the processor's ${inMinutes(processor)}`,
  ];
}

function column(seconds: number): string {
  return seconds.toFixed(1).padStart(7);
}

function inMinutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}m ${Math.floor(seconds % 60)}s`;
}
