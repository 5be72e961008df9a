import type { Command } from '../command.ts';
import { deliverEvents, privateRemedy, enableReceiver, type Delivery } from '../../shared/events/deliver-webhooks.ts';
import { describeEventTypes, eventSchemas, eventTable } from '../../shared/events/event-table.ts';
import { replayEvents, type Replayed } from '../../shared/events/replay-events.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { Logger } from '../../shared/platform/logger.ts';
import { eventList } from '../event-list.ts';
import { exitCodes } from '../exit-codes.ts';
import { signalled, stopSignals } from '../signals.ts';
import { withDatabase } from '../with-database.ts';

export const showEventTypes: Command = async ({ options }) => {
  const { isTTY, columns } = process.stdout;
  if (options.json) process.stdout.write(`${JSON.stringify(eventSchemas(), null, 2)}\n`);
  else process.stdout.write(isTTY ? eventList(describeEventTypes(), columns) : eventTable());
  return exitCodes.done;
};

export const deliver: Command = async ({ options }) =>
  withDatabase(async (config, log) => report(await deliverNow(config, log), options.json ?? false));

export const replay: Command = async ({ options }) =>
  withDatabase(async (config, log) => {
    const replayed = await replayEvents(options['replay-event'] as string, systemClock);
    if (config.eventWebhookUrl) await enableReceiver(config.eventWebhookUrl);
    return report({ ...replayed, ...(await deliverNow(config, log)) }, options.json ?? false);
  });

function deliverNow(config: Config, log: Logger): Promise<Delivery> {
  const stop = new AbortController();
  void signalled(stopSignals).then((signal) => stop.abort(new Error(`asked to stop (${signal})`)));
  return deliverEvents({ config, clock: systemClock, log, signal: stop.signal });
}

const explanations: Readonly<Record<NonNullable<Delivery['stopped']>, string>> = {
  'no-url': 'EVENT_WEBHOOK_URL is not set: the events wait in the database',
  'refused-address': `EVENT_WEBHOOK_URL is not a public address. ${privateRemedy}`,
  disabled: 'the receiver answered 410 Gone and is disabled. To try it again: --replay-event',
  'receiver-down': 'the receiver failed several times in a row: the rest waits for the next run',
  'out-of-time': 'time ran out: the rest waits for the next run',
};

function report(result: Delivery & Partial<Replayed>, asJson: boolean): number {
  const { replayed, onTheirWay, delivered, failed, dead, stopped } = result;
  if (asJson || !process.stdout.isTTY) console.log(JSON.stringify(result));
  else {
    const counts = [
      ...(replayed === undefined
        ? []
        : [`${replayed} to replay${replayed + (onTheirWay ?? 0) > 0 ? '' : ' (no stored event matches)'}`]),
      ...(onTheirWay ? [`${onTheirWay} pending, which are sent anyway`] : []),
      `${delivered} delivered`,
      `${failed} to retry`,
      `${dead} given up`,
    ];
    console.log(`${counts.join(', ')}${stopped ? `; ${explanations[stopped]}` : ''}`);
  }
  return failed + dead > 0 || (stopped && stopped !== 'no-url') ? exitCodes.partial : exitCodes.done;
}
