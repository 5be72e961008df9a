import { launchBrowser } from '../../shared/platform/browser.ts';
import { day } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { Finding } from './finding.ts';

/**
 * Version in package.json and its date of publication.
 *
 * @internal a test compares it with what is installed
 */
export const packagedChromium = { version: '153.0.0', published: '2026-09-11' };

/** Security holes become public after each release, every four weeks. */
const maxAgeDays = 90;

export async function examineBrowser(config: Config, needed: number | undefined, now: Date): Promise<Finding> {
  const what = 'Chromium';
  try {
    const launched = await launchBrowser(config);
    try {
      const libraries = { system: "the system's libraries", shipped: 'the libraries that come with it' };
      const sandbox = config.chromiumNoSandbox
        ? ', without a sandbox (CHROMIUM_NO_SANDBOX=1: for containers and tests)'
        : '';
      const found = `${await launched.browser.version()}, with ${libraries[launched.libraries]}${sandbox}`;
      // The system updates its own Chromium.
      return config.chromiumPath === undefined ? ofAge(found, now) : { what, level: 'ok', found };
    } finally {
      await launched.close();
    }
  } catch (error) {
    const use =
      needed === 0
        ? 'no mailbox or feed needs it at the moment'
        : 'outlook-web mailboxes and feeds with fetch: browser need it';
    return {
      what,
      level: needed === 0 ? 'warning' : 'problem',
      found: `${(error as Error).message} (${use})`,
      remedy: 'follow the message, or set CHROMIUM_PATH to a Chromium of the system',
    };
  }
}

/** @internal for its test */
export function ofAge(found: string, now: Date): Finding {
  const { published } = packagedChromium;
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(published)) / day));
  const dated = { what: 'Chromium', found: `${found}; published ${published}, ${days} days ago` };
  if (days <= maxAgeDays) return { ...dated, level: 'ok' };
  return {
    ...dated,
    level: 'warning',
    remedy: `older than ${maxAgeDays} days: update estio-cron (crontab/update), or name a newer one in CHROMIUM_PATH`,
  };
}
