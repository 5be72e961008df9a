import type { CommandLine } from './arguments.ts';

/** A command does its work and says with which code the process ends. */
export type Command = (line: CommandLine) => Promise<number>;
