import type { ConsentProvider } from './consent.ts';

const providers = {
  gmail: () => import('../gmail/consent.ts'),
  outlook: () => import('../graph/consent.ts'),
} as const;

export type ConsentProviderName = keyof typeof providers;
export const consentProviders = Object.keys(providers) as readonly ConsentProviderName[];

export function consentProvider(name: ConsentProviderName): Promise<ConsentProvider> {
  return providers[name]();
}
