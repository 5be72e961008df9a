import type { CommandLine } from './arguments.ts';

/** Does the work and returns the exit code. */
export type Command = (line: CommandLine) => Promise<number>;
