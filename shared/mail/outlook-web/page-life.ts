/** The page's process or the browser can die or hang. */

import type { Page } from 'puppeteer-core';
import { MailError } from '../mail-error.ts';

export interface PageLife {
  readonly over: AbortSignal;
  /**
   * @throws {MailError} `page-crashed`, `browser-crashed`, `page-stuck`
   * @throws the reason why the run ends
   */
  ask<T>(work: (page: Page) => Promise<T>): Promise<T>;
}

/** @param timeoutMs per answer */
export function watchPage(page: Page, signal: AbortSignal, timeoutMs: number): PageLife {
  const crash = new AbortController();
  page.once('error', (cause) =>
    crash.abort(
      new MailError("Outlook on the web: the browser's page process ended unexpectedly", {
        code: 'page-crashed',
        reaction: 'retry',
        cause,
      }),
    ),
  );
  const browser = page.browser();
  const died = () =>
    crash.abort(
      new MailError('Outlook on the web: the browser ended unexpectedly', {
        code: 'browser-crashed',
        reaction: 'retry',
      }),
    );
  browser.once('disconnected', died);
  page.once('close', () => browser.off('disconnected', died));
  const over = AbortSignal.any([signal, crash.signal]);
  return {
    over,
    async ask(work) {
      over.throwIfAborted();
      const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
      const end = () => giveUp(over.reason);
      const late = setTimeout(
        () =>
          giveUp(
            new MailError(`Outlook on the web: its page did not react for ${timeoutMs / 1000} s`, {
              code: 'page-stuck',
              reaction: 'retry',
            }),
          ),
        timeoutMs,
      );
      over.addEventListener('abort', end, { once: true });
      try {
        return await Promise.race([work(page), given]);
      } catch (thrown) {
        // Once over, any error may follow; report the cause.
        over.throwIfAborted();
        throw thrown;
      } finally {
        clearTimeout(late);
        over.removeEventListener('abort', end);
      }
    },
  };
}
