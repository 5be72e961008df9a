import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Clock } from '../../shared/platform/clock.ts';
import { readConfig, type Config, type Environment } from '../../shared/platform/config.ts';
import {
  createRunContext,
  type ContextOptions,
  type Progress,
  type ReportingContext,
  type RunParameters,
} from '../../shared/runs/run-context.ts';

export interface TestClock extends Clock {
  set(to: Date | string): void;
  advance(ms: number): void;
}

/** Tests set it; pauses take no time. */
export function testClock(at: Date | string = '2026-11-23T09:00:00Z'): TestClock {
  let now = new Date(at).getTime();
  return {
    now: () => new Date(now),
    async wait(_, signal) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    },
    set: (to) => void (now = new Date(to).getTime()),
    advance: (ms) => void (now += ms),
  };
}

export interface TestContextOptions extends Partial<Omit<ContextOptions, 'parameters' | 'config'>> {
  readonly parameters?: Partial<RunParameters>;
  readonly environment?: Environment;
  readonly config?: Config;
}

export interface TestContext extends ReportingContext {
  readonly clock: TestClock;
  readonly abort: (reason?: unknown) => void;
  readonly progressed: Progress[];
}

/** The database's time, for `databaseNow`. */
export function at(time: Date | string): () => Promise<Date> {
  return () => Promise.resolve(new Date(time));
}

/** Still clock, silent log. */
export function testContext(options: TestContextOptions = {}): TestContext {
  const controller = new AbortController();
  const progressed: Progress[] = [];
  const clock = (options.clock as TestClock | undefined) ?? testClock();
  const context = createRunContext({
    job: options.job ?? 'test-job',
    runId: options.runId ?? randomUUID(),
    trigger: options.trigger ?? 'cron',
    config: options.config ?? readConfig({ NODE_ENV: 'test', CHROMIUM_NO_SANDBOX: '1', ...options.environment }),
    clock,
    log: options.log ?? pino({ level: 'silent' }),
    signal: options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal,
    parameters: { dryRun: false, confirmRemovals: false, ...options.parameters },
    onProgress(update) {
      progressed.push(update);
      options.onProgress?.(update);
    },
    ...(options.assertHeld ? { assertHeld: options.assertHeld } : {}),
    ...(options.databaseNow ? { databaseNow: options.databaseNow } : {}),
  });
  return { ...context, clock, abort: (reason) => controller.abort(reason), progressed };
}

export function timedContext(options: TestContextOptions = {}): TestContext {
  const clock = (options.clock as TestClock | undefined) ?? testClock();
  return testContext({ databaseNow: () => Promise.resolve(clock.now()), ...options, clock });
}
