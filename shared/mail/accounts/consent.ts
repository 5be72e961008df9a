import type { Config } from '../../platform/config.ts';
import type { MailboxContext } from '../mail-provider.ts';

export type ConsentContext = Omit<MailboxContext, 'count'>;

export interface BegunConsent {
  readonly address: string;
  /** Proves who asked (PKCE); the browser never sees it. */
  readonly codeVerifier: string;
}

export interface ConsentAnswer {
  readonly code: string;
  readonly state: string;
  readonly codeVerifier: string;
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
