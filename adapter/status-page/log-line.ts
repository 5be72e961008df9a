export interface LogLine {
  /** `14:03:09`, UTC; may be empty. */
  readonly time: string;
  readonly level: string;
  readonly text: string;
}

/** Already on the page, or only for programs. */
const leftOut = new Set(['level', 'time', 'msg', 'job', 'runId', 'stack', 'type', 'retryable']);

/** Reads a line; text that is not JSON stays as it is. */
export function readLogLine(line: string): LogLine {
  const fields = parse(line);
  if (!fields) return { time: '', level: '', text: line };
  const { msg, level, time } = fields;
  const details = Object.entries(fields)
    .filter(([name]) => !leftOut.has(name))
    .map(([name, value]) => `${name}=${inShort(value)}`);
  return {
    time: /T(\d\d:\d\d:\d\d)/.exec(typeof time === 'string' ? time : '')?.[1] ?? '',
    level: typeof level === 'string' ? level : '',
    text: [typeof msg === 'string' ? msg : '', ...details].filter((part) => part !== '').join('  '),
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function inShort(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (name, part: unknown) => (name !== '' && leftOut.has(name) ? undefined : part)) ?? '';
}
