/** Asks on stderr, because stdout carries output for programs. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from '../shared/platform/errors.ts';

export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export async function askYesNo(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

/** A word or its first letter; `undefined`: none of them. */
export async function askWhich<const W extends string>(question: string, words: readonly W[]): Promise<W | undefined> {
  const answer = (await ask(`${question} [${words.join('/')}] `)).trim().toLowerCase();
  return answer === '' ? undefined : words.find((word) => word.startsWith(answer));
}

/** Hidden on a terminal, else the first line of standard input. @throws {UsageError} no input */
export async function readSecret(what: string): Promise<string> {
  const secret = process.stdin.isTTY ? await ask(`${what}: `, { isSecret: true }) : await firstLine();
  if (secret === '') throw new UsageError(`Expected the ${what.toLowerCase()} on standard input, got nothing`);
  return secret;
}

/** Empty when the input ends. */
async function ask(question: string, { isSecret = false } = {}): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = isSecret ? silent : process.stderr;
  if (isSecret) process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  // On a terminal Ctrl-C comes as a key.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return await Promise.race([terminal.question(isSecret ? '' : question), ended]);
  } finally {
    terminal.close();
    if (isSecret) process.stderr.write('\n');
  }
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  for await (const line of lines) return line;
  return '';
}
