/** Consent in a browser, by provider. */

import type { Config } from '../../platform/config.ts';
import type { MailboxContext } from '../mail-provider.ts';

export type ConsentContext = Omit<MailboxContext, 'count'>;

export interface BegunConsent {
  /** Where the user agrees. */
  readonly address: string;
  /** Proves who asked (PKCE); never sent to the browser. */
  readonly codeVerifier: string;
}

export interface ConsentAnswer {
  readonly code: string;
  readonly state: string;
  readonly codeVerifier: string;
  /** As in the request. */
  readonly redirectUri: string;
}

export interface ConsentedMailbox {
  /** As the provider spells it. */
  readonly email: string;
  readonly credentials: unknown;
}

interface ConsentProvider {
  beginConsent(config: Config, redirectUri: string, state: string): Promise<BegunConsent>;
  finishConsent(answer: ConsentAnswer, context: ConsentContext): Promise<ConsentedMailbox>;
}

/** Loaded on demand. */
const providers = {
  gmail: () => import('../gmail/consent.ts'),
  outlook: () => import('../graph/consent.ts'),
} as const;

export type ConsentProviderName = keyof typeof providers;
export const consentProviders = Object.keys(providers) as readonly ConsentProviderName[];

export function consentProvider(name: ConsentProviderName): Promise<ConsentProvider> {
  return providers[name]();
}
