import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { countResults, isSummary } from './count-results.ts';
import { describeTimes, type FileTime } from './file-times.ts';
import { endProcesses, leftFiles, leftProcesses, type LeftProcess } from './leftovers.ts';

export interface SuiteOptions {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly interrupted: AbortSignal;
  readonly leftDatabases?: () => Promise<readonly string[]>;
  readonly patienceMs: number;
  readonly stuckAfterMs: number;
}

/** @returns the exit code */
export async function runSuite(options: SuiteOptions): Promise<number> {
  const began = performance.now();
  // Short, because it holds sockets of engines.
  const folder = mkdtempSync(join(tmpdir(), 'estio-'));
  try {
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const times = join(folder, 'times');
    const { output, code, stuckOn } = await runTests(options, { TMPDIR: temporary, SUITE_TIMES: times });
    const left = await leftProcesses(temporary, options.patienceMs);
    endProcesses(left);
    if (options.interrupted.aborted) return 128 + constants.signals[options.interrupted.reason as NodeJS.Signals];
    const problems = [
      ...[...stuckOn, ...left].map(({ pid, command }) => `process ${pid}: ${command}`),
      ...leftFiles(temporary).map((name) => `in the temporary folder: ${name}`),
      ...((await options.leftDatabases?.()) ?? []).map((name) => `database ${name}`),
    ];
    for (const problem of problems) options.print(`  ✘ left behind by the tests: ${problem}\n`);
    const lines = describeTimes(readTimes(times), (performance.now() - began) / 1000);
    if (lines.length > 0) options.print(`\n${lines.map((line) => `  ${line}\n`).join('')}`);
    const { passed, failed } = countResults(output, code !== 0);
    options.print(`\n${passed} passed, ${failed + problems.length} failed\n`);
    return code === 0 && problems.length > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface TestsOutcome {
  readonly output: string;
  readonly code: number;
  readonly stuckOn: readonly LeftProcess[];
}

async function runTests(
  options: SuiteOptions,
  environment: { TMPDIR: string; SUITE_TIMES: string },
): Promise<TestsOutcome> {
  const [program, ...parameters] = options.command;
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...options.environment, ...environment },
  });
  // The only signal at which ava ends its own processes.
  options.interrupted.addEventListener('abort', () => child.kill('SIGINT'));
  const stuckOn: LeftProcess[] = [];
  const endStuckRun = async () => {
    const processes = (await leftProcesses(environment.TMPDIR, options.patienceMs)).filter(
      ({ pid }) => pid !== child.pid,
    );
    stuckOn.push(...processes);
    endProcesses(processes);
  };
  let output = '';
  let stuck: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    options.print(chunk);
    // A leftover process that holds the output open prevents the end.
    if (!stuck && isSummary(stripVTControlCharacters(output.slice(-10_000))))
      stuck = setTimeout(() => void endStuckRun(), options.stuckAfterMs);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(stuck);
  return { output: stripVTControlCharacters(output), code: code ?? 1, stuckOn };
}

function readTimes(file: string): FileTime[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as FileTime);
  } catch {
    return [];
  }
}
