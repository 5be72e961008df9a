/**
 * A project's quota, shared by the runs of all hosts: equal parts per minute; first imports stop at four fifths of a
 * day's.
 */

import { countLiveRuns } from '../../models/job-run.ts';
import { addUnits } from '../../models/quota-day.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { MailProvider } from '../mail-provider.ts';
import { quotaDay } from './quota-day.ts';

const importShare = 0.8;

export class ProjectQuota {
  readonly #context: Pick<RunContext, 'job' | 'clock' | 'config'>;
  readonly #provider: MailProvider | undefined;
  #isSpent = false;

  constructor(providers: readonly MailProvider[], context: Pick<RunContext, 'job' | 'clock' | 'config'>) {
    this.#context = context;
    this.#provider = providers.find(({ quota }) => quota !== undefined);
  }

  mayImport(): boolean {
    return !this.#isSpent;
  }

  /** Call it every few seconds. */
  async share(): Promise<void> {
    const { name, quota } = this.#provider ?? {};
    if (!name || !quota) return;
    const { job, clock, config } = this.#context;
    quota.divide(Math.max(1, await countLiveRuns(job)));
    const spent = quota.takeSpent();
    const used = await addUnits(name, quotaDay(clock.now()), spent).catch((error: unknown) => {
      quota.putBack(spent);
      throw error;
    });
    this.#isSpent = used >= config.gmailUnitsPerDay * importShare;
  }
}
