import type { CommandLine } from './arguments.ts';

export type Command = (line: CommandLine) => Promise<number>;
