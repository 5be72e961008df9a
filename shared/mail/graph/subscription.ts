import { Account, type AccountDoc } from '../../models/account.ts';
import { day } from '../../platform/clock.ts';
import { MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { graphClientState } from '../push/graph-push.ts';
import type { GraphClient } from './graph-client.ts';

/** Graph allows seven days; a day's outage of ours must not end it (ms). */
const lifetimeMs = 3 * day;

interface Subscription {
  readonly id: string;
  readonly expirationDateTime: string;
}

/**
 * Renews or makes it.
 *
 * @returns its end; `undefined`: `GRAPH_PUSH_URL` is not set
 * @throws {MailError} for example, Graph cannot reach our address
 */
export async function renewSubscription(
  account: AccountDoc,
  graph: GraphClient,
  { config, clock }: Pick<MailboxContext, 'config' | 'clock'>,
): Promise<Date | undefined> {
  const { graphPushUrl, credentialsKey } = config;
  if (!graphPushUrl || !credentialsKey) return undefined;
  const expirationDateTime = new Date(clock.now().getTime() + lifetimeMs).toISOString();
  const what = 'subscription';
  const renewed =
    account.watchId &&
    (await graph
      .send<Subscription>('PATCH', `/subscriptions/${account.watchId}`, { expirationDateTime }, { what })
      .catch(ignoreMissing));
  const subscription =
    renewed ||
    (await graph.send<Subscription>(
      'POST',
      '/subscriptions',
      {
        changeType: 'created',
        resource: '/me/messages',
        notificationUrl: graphPushUrl,
        lifecycleNotificationUrl: graphPushUrl,
        clientState: graphClientState(String(account._id), credentialsKey),
        expirationDateTime,
      },
      { what },
    ));
  if (!subscription) return undefined;
  if (subscription.id !== account.watchId)
    await Account.updateOne({ _id: account._id }, { $set: { watchId: subscription.id } });
  account.watchId = subscription.id;
  return new Date(subscription.expirationDateTime);
}

/** This 404 means that the subscription has ended, not that there is no mailbox. */
function ignoreMissing(thrown: unknown): undefined {
  if (thrown instanceof MailError && thrown.code === 'no-mailbox') return undefined;
  throw thrown;
}
