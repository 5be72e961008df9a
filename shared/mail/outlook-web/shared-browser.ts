/** For one account at a time; restarted between accounts when too large. */

import { launchBrowser, type LaunchedBrowser } from '../../platform/browser.ts';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/logger.ts';
import { MailError } from '../mail-error.ts';

export interface BrowserLease {
  readonly browser: LaunchedBrowser;
  release(): void;
}

export interface SharedBrowser {
  lease(signal: AbortSignal): Promise<BrowserLease>;
  close(): Promise<void>;
}

export function createSharedBrowser(config: Config, log: Logger): SharedBrowser {
  let current: LaunchedBrowser | undefined;
  let turn: Promise<void> = Promise.resolve();

  async function ready(): Promise<LaunchedBrowser> {
    const [memory, responds] = current ? await Promise.all([current.memoryMb(), current.responds()]) : [];
    if (current && (!responds || (memory ?? 0) > config.chromiumMaxMb)) {
      log.info({ memoryMb: memory, limitMb: config.chromiumMaxMb, responds }, 'the browser is restarted');
      await current.close();
      current = undefined;
    }
    if (current) return current;
    const freeMb = process.availableMemory() / 2 ** 20;
    if (freeMb < config.cronMinFreeMb) {
      throw new MailError(
        `The browser was not started: ${Math.floor(freeMb)} MB of memory are free, at least ` +
          `${config.cronMinFreeMb} MB are needed (CRON_MIN_FREE_MB)`,
        { code: 'low-memory', reaction: 'busy' },
      );
    }
    current = await launchBrowser(config);
    return current;
  }

  return {
    async lease(signal) {
      const previous = turn;
      const { promise, resolve } = Promise.withResolvers<void>();
      turn = promise;
      try {
        await previous;
        signal.throwIfAborted();
        return { browser: await ready(), release: resolve };
      } catch (error) {
        resolve();
        throw error;
      }
    },
    async close() {
      await current?.close();
      current = undefined;
    },
  };
}
