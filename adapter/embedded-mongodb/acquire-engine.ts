import { delay } from '../../shared/platform/clock.ts';
import { EmbeddedMongodbError } from './embedded-mongodb-error.ts';
import { prepareEngineCommand, type EngineOptions } from './engine-command.ts';
import { engineFiles } from './engine-files.ts';
import { takeLease, type EngineLease } from './engine-lease.ts';
import { startEngine, type StartedEngine } from './start-engine.ts';

export interface AcquireOptions extends EngineOptions {
  /** ms that another process may hold the data without answering. */
  readonly occupiedTimeoutMs?: number;
}

export interface AcquiredEngine {
  /** Names no database. The same after a restart. */
  readonly uri: string;
  readonly owned: boolean;
  /** Resolves, for the last user, when the engine has ended. Never throws. */
  release(): Promise<void>;
}

interface HeldEngine {
  readonly lease: EngineLease;
  readonly started?: StartedEngine;
}

/** Looks (ms) for another process's engine before the next start. */
const looksBetweenStarts = 10;
const lookInterval = 30;
/** ms before each restart of a crashed engine; the last repeats. */
const restartDelays = [0, 1000, 5000, 30_000];

/**
 * Restarts a crashed engine at the same address.
 * @throws {EmbeddedMongodbError} with the cause and the ways out
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
    // Repeated while another process opens the data.
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

/** Only the process that started the engine learns it. */
async function howItEnded({ started }: HeldEngine): Promise<string> {
  if (!started) return 'unknown: another process started it';
  return Promise.race([started.exited, delay(1000).then(() => 'unknown: it no longer answers')]);
}
