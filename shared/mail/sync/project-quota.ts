/**
 * What our project may ask of a provider, shared by the runs of all hosts: by the minute each live run has an equal
 * part; by the day first imports end at four fifths, and the rest is for new mail.
 */

import { countLiveRuns } from '../../models/job-run.ts';
import { addUnits } from '../../models/quota-day.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { MailProvider } from '../mail-provider.ts';
import { quotaDay } from './quota-day.ts';

/** Share of a day's quota that imports leave. */
const importShare = 0.8;

export class ProjectQuota {
  readonly #context: Pick<RunContext, 'job' | 'clock' | 'config'>;
  readonly #provider: MailProvider | undefined;
  #isSpent = false;

  constructor(providers: readonly MailProvider[], context: Pick<RunContext, 'job' | 'clock' | 'config'>) {
    this.#context = context;
    this.#provider = providers.find(({ quota }) => quota !== undefined);
  }

  /** Whether a first import may ask for another page today. */
  mayImport(): boolean {
    return !this.#isSpent;
  }

  /** Tells what this run has used and learns what the others have: for the beginning, and every some seconds. */
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
