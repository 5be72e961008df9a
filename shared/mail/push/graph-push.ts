/** The client state of Graph's notifications names the account; without `CREDENTIALS_KEY` no one can forge it. */

import { createHmac } from 'node:crypto';
import type { Keyring } from '../../platform/crypto.ts';
import { isSameSecret } from '../../platform/same-secret.ts';

export interface GraphPush {
  readonly accountId: string;
  readonly isOver: boolean;
}

const lifecycleEnds = ['subscriptionRemoved', 'reauthorizationRequired'];

/** At most 128 characters (Graph's limit). */
export function graphClientState(accountId: string, key: string): string {
  const code = createHmac('sha256', Buffer.from(key, 'base64')).update(`graph-push:${accountId}`).digest('base64url');
  return `${accountId}.${code}`;
}

/** Our own notifications, one per account. */
export function readGraphPushes(body: string, keys: Keyring): readonly GraphPush[] {
  const known = [keys.credentialsKey, keys.credentialsKeyPrevious].filter((key) => key !== undefined);
  const pushes = new Map<string, GraphPush>();
  for (const notification of notificationsOf(body)) {
    const { clientState, lifecycleEvent } = notification as Record<string, unknown>;
    const accountId = typeof clientState === 'string' ? /^([0-9a-f]{24})\./.exec(clientState)?.[1] : undefined;
    if (accountId === undefined) continue;
    if (!known.some((key) => isSameSecret(graphClientState(accountId, key), clientState as string))) continue;
    const isOver = lifecycleEnds.includes(lifecycleEvent as string) || pushes.get(accountId)?.isOver === true;
    pushes.set(accountId, { accountId, isOver });
  }
  return [...pushes.values()];
}

function notificationsOf(body: string): readonly object[] {
  try {
    const { value } = JSON.parse(body) as { readonly value?: unknown };
    return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
  } catch {
    return [];
  }
}
