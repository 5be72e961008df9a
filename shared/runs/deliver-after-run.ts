import { deliverEvents, privateRemedy } from '../events/deliver-webhooks.ts';
import { EstioError } from '../platform/errors.ts';
import type { RunContext } from './run-context.ts';

/** A failure leaves the report's status: the events stay in the outbox. */
export async function deliverAfterRun(context: RunContext): Promise<void> {
  const { config, clock, log, signal } = context;
  if (!config.eventWebhookUrl) return;
  try {
    const { delivered, failed, dead, deadEvents = [], stopped } = await deliverEvents({ config, clock, log, signal });
    context.count('eventsDelivered', delivered);
    if (failed > 0) context.count('eventsToRetry', failed);
    if (dead > 0) {
      context.count('eventsDead', dead);
      const more = dead > deadEvents.length ? ` and ${dead - deadEvents.length} more` : '';
      context.problem(
        'event-delivery',
        new EstioError(
          `Events were given up after their last attempt: ${deadEvents.join(', ')}${more}. Once the ` +
            'receiver works, send them again: node adapter --replay-event dead',
          { code: 'events-dead' },
        ),
      );
    }
    if (stopped === 'refused-address') {
      context.problem(
        'event-delivery',
        new EstioError(`EVENT_WEBHOOK_URL is not a public address, so no event was sent. ${privateRemedy}`, {
          code: 'private-address',
        }),
      );
    }
    if (stopped === 'disabled') {
      context.problem(
        'event-delivery',
        new EstioError(
          'The receiver of events answered 410 Gone: no more events are sent to it. Set another ' +
            'EVENT_WEBHOOK_URL, or run --replay-event',
          { code: 'receiver-disabled' },
        ),
      );
    }
    if (stopped === 'receiver-down') {
      context.problem(
        'event-delivery',
        new EstioError('The receiver of events failed several times in a row: the rest waits for the next run', {
          code: 'receiver-down',
          retryable: true,
        }),
      );
    }
  } catch (error) {
    context.problem('event-delivery', error);
  }
}
