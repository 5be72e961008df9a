/** To the terminal each megabyte, to the log every 10 s. */

import { second } from '../../platform/clock.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { FeedReport } from '../feed-report.ts';

const logEveryMs = 10 * second;
const showEveryBytes = 1024 * 1024;

export class FeedProgress {
  readonly #context: RunContext;
  readonly #name: string;
  readonly #transfer: { readonly received: number; readonly total: number | undefined };
  readonly #report: FeedReport;
  readonly #begun: number;
  readonly #itemsBefore: number;
  #logged: number;
  #shownBytes = -Infinity;

  constructor(
    context: RunContext,
    name: string,
    transfer: { readonly received: number; readonly total: number | undefined },
    report: FeedReport,
  ) {
    this.#context = context;
    this.#name = name;
    this.#transfer = transfer;
    this.#report = report;
    this.#begun = context.clock.now().getTime();
    this.#itemsBefore = report.counts.items ?? 0;
    this.#logged = this.#begun;
  }

  tick(): void {
    if (this.#transfer.received - this.#shownBytes >= showEveryBytes || this.#now() - this.#logged >= logEveryMs)
      this.#show();
  }

  end(): void {
    this.#show();
  }

  #show(): void {
    this.#shownBytes = this.#transfer.received;
    const now = this.#now();
    const items = (this.#report.counts.items ?? 0) - this.#itemsBefore;
    const seconds = (now - this.#begun) / second;
    const rate = seconds > 0 ? Math.round(items / seconds) : undefined;
    this.#context.progress({
      message: `${this.#name}: ${items} items${rate === undefined ? '' : `, ${rate}/s`}`,
      done: this.#transfer.received,
      ...(this.#transfer.total === undefined ? {} : { total: this.#transfer.total }),
      unit: 'bytes',
    });
    if (now - this.#logged < logEveryMs) return;
    this.#logged = now;
    this.#context.log.info(
      {
        feed: this.#name,
        items,
        itemsPerSecond: rate,
        bytes: this.#transfer.received,
        totalBytes: this.#transfer.total,
      },
      'reading feed',
    );
  }

  #now(): number {
    return this.#context.clock.now().getTime();
  }
}
