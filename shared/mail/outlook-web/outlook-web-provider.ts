/** For tenants that forbid OAuth applications. */

import { Location } from '../../models/location.ts';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/logger.ts';
import type { MailProvider } from '../mail-provider.ts';
import { OwaMailbox } from './owa-mailbox.ts';
import { createSharedBrowser } from './shared-browser.ts';

export interface OutlookWebProvider extends MailProvider {
  close(): Promise<void>;
}

/** The run's only browser starts with the first account that needs it. */
export function createOutlookWebProvider({
  config,
  log,
}: {
  readonly config: Config;
  readonly log: Logger;
}): OutlookWebProvider {
  const shared = createSharedBrowser(config, log);
  return {
    name: 'outlook-web',
    async open(account, context) {
      const location = await Location.findById(account.locationId, { timeZone: 1 }).lean();
      return new OwaMailbox({ account, shared, context, timeZone: location?.timeZone ?? 'UTC' });
    },
    close: () => shared.close(),
  };
}
