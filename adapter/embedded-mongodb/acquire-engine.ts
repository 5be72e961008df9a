/**
 * The embedded MongoDB of a data directory, for whoever asks: joins the engine that runs, or starts one. However many
 * processes ask at once, there is one engine; it ends when the last of them is gone.
 */

import { delay } from '../../shared/platform/clock.ts';
import { EmbeddedMongodbError } from './embedded-mongodb-error.ts';
import { prepareEngineCommand, type EngineOptions } from './engine-command.ts';
import { engineFiles } from './engine-files.ts';
import { takeLease, type EngineLease } from './engine-lease.ts';
import { startEngine, type StartedEngine } from './start-engine.ts';

export interface AcquireOptions extends EngineOptions {
  /** How long another process may hold the data without answering, ms. */
  readonly occupiedTimeoutMs?: number;
}

export interface AcquiredEngine {
  /** For the driver; names no database. Stays the same when a crashed engine is started again. */
  readonly uri: string;
  /** Whether this process started the engine. */
  readonly owned: boolean;
  /** Lets go of the engine; resolves, for its last user, when it has ended. Never throws. */
  release(): Promise<void>;
}

/** A lease, and the process behind it when it was started here. */
interface HeldEngine {
  readonly lease: EngineLease;
  readonly started?: StartedEngine;
}

/**
 * How often and at which interval (ms) to look for the engine of a quicker process before trying to start one again.
 */
const looksBetweenStarts = 10;
const lookInterval = 30;
/** Before each attempt to start a crashed engine again, ms; the last one repeats. */
const restartDelays = [0, 1000, 5000, 30_000];

/**
 * Finds or starts the engine of `dataDir` and keeps it alive until `release`. An engine that crashes in the meantime is
 * started again at the same address, which is logged.
 *
 * @throws {EmbeddedMongodbError} when there can be none here, with the cause and the ways out
 */
export async function acquireEmbeddedMongodb(options: AcquireOptions): Promise<AcquiredEngine> {
  const first = await joinOrStart(options);
  const released = new AbortController();
  let held = first;
  const watching = keepAlive();

  async function keepAlive(): Promise<void> {
    for (;;) {
      await held.lease.ended;
      if (released.signal.aborted) return;
      options.log?.error(
        { pid: held.lease.pid, reason: await howItEnded(held) },
        'the embedded MongoDB ended unexpectedly and is restarted',
      );
      const next = await startAgain(options, released.signal);
      if (!next) return;
      held = next;
      options.log?.warn({ pid: held.lease.pid }, 'the embedded MongoDB runs again');
    }
  }

  return {
    uri: first.lease.uri,
    owned: first.started !== undefined,
    async release() {
      released.abort();
      await held.lease.release();
      await watching;
    },
  };
}

async function joinOrStart(options: AcquireOptions): Promise<HeldEngine> {
  const { dataDir, signal, occupiedTimeoutMs = 20_000 } = options;
  const files = engineFiles(dataDir);
  const giveUpAt = performance.now() + occupiedTimeoutMs;
  let prefix: readonly string[] | undefined;
  for (;;) {
    signal?.throwIfAborted();
    // Again and again while another process that was quicker opens the data.
    for (let look = 0; look < (prefix ? looksBetweenStarts : 1); look++) {
      if (look > 0) await delay(lookInterval, signal);
      const running = await takeLease(files);
      if (running) return { lease: running };
    }
    prefix ??= await prepareEngineCommand(options);
    const started = await startEngine({ dataDir, files, prefix, ...(signal ? { signal } : {}) });
    const lease = started && (await takeLease(files));
    if (lease) return lease.pid === started.pid ? { lease, started } : { lease };
    if (performance.now() > giveUpAt) {
      throw new EmbeddedMongodbError(
        `another process holds ${files.data} and does not answer (its pid should be in mongod.lock there)`,
      );
    }
  }
}

/** Tries until it succeeds or the engine is no longer wanted. */
async function startAgain(options: AcquireOptions, unwanted: AbortSignal): Promise<HeldEngine | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      await delay(restartDelays[Math.min(attempt, restartDelays.length - 1)]!, unwanted);
      const next = await joinOrStart({ ...options, signal: unwanted });
      if (!unwanted.aborted) return next;
      await next.lease.release();
    } catch (error) {
      if (!unwanted.aborted) options.log?.error({ err: error }, 'the embedded MongoDB cannot be started again yet');
    }
    if (unwanted.aborted) return undefined;
  }
}

/** In words; the system tells it only to the process that started the engine. */
async function howItEnded({ started }: HeldEngine): Promise<string> {
  if (!started) return 'unknown: another process started it';
  return Promise.race([started.exited, delay(1000).then(() => 'unknown: it no longer answers')]);
}
