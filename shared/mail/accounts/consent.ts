/** A user's consent in a browser, as each provider asks for it. */

import type { Config } from '../../platform/config.ts';
import type { MailboxContext } from '../mail-provider.ts';

/** What asking a provider needs. */
export type ConsentContext = Omit<MailboxContext, 'count'>;

/** A consent that was asked for. */
export interface BegunConsent {
  /** Where the user agrees. */
  readonly address: string;
  /** Proves afterwards who asked (PKCE); it stays on this side. */
  readonly codeVerifier: string;
}

/** What the browser brought back, and what it is proved by. */
export interface ConsentAnswer {
  readonly code: string;
  readonly state: string;
  readonly codeVerifier: string;
  /** As it was asked with. */
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

/** Providers whose users agree in a browser; their code is loaded when asked for. */
const providers = {
  gmail: () => import('../gmail/consent.ts'),
  outlook: () => import('../graph/consent.ts'),
} as const;

export type ConsentProviderName = keyof typeof providers;
export const consentProviders = Object.keys(providers) as readonly ConsentProviderName[];

export function consentProvider(name: ConsentProviderName): Promise<ConsentProvider> {
  return providers[name]();
}
