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

export interface ConsentProvider {
  beginConsent(config: Config, redirectUri: string, state: string): Promise<BegunConsent>;
  finishConsent(answer: ConsentAnswer, context: ConsentContext): Promise<ConsentedMailbox>;
}
