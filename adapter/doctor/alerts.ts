import { hostname } from 'node:os';
import type { Config } from '../../shared/platform/config.ts';
import { coerceError } from '../../shared/platform/errors.ts';
import { channelsOf } from '../alerts/send.ts';
import type { Finding } from './finding.ts';

export async function examineAlerts(config: Config, isTried: boolean): Promise<Finding[]> {
  const channels = channelsOf(config);
  if (channels.length === 0)
    return [
      {
        what: 'alerts',
        level: isTried ? 'problem' : 'unused',
        found: 'no one is alerted when something is wrong',
        remedy: 'set ALERT_EMAIL with SMTP_URL, or ALERT_WEBHOOK_URL',
      },
    ];
  if (!isTried)
    return [
      {
        what: 'alerts',
        level: 'ok',
        found: `by ${channels.map(({ name }) => name).join(' and ')} (--test-alert tries it)`,
      },
    ];
  const message = {
    subject: `[estio-cron ${hostname()}] A test`,
    text: 'Alerts of estio-cron come here: once when something is wrong, daily while it lasts, once when it is over.\n',
  };
  return Promise.all(
    channels.map(({ name, send }) =>
      send(message).then(
        (): Finding => ({ what: 'alerts', level: 'ok', found: `a test was accepted (${name})` }),
        (error: unknown): Finding => ({
          what: 'alerts',
          level: 'problem',
          found: coerceError(error).message,
          remedy: name === 'mail' ? 'see SMTP_URL, ALERT_FROM and ALERT_EMAIL' : 'see ALERT_WEBHOOK_URL',
        }),
      ),
    ),
  );
}
