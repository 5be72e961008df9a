import type { LocationDoc } from '../../models/location.ts';
import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { openCredentials } from '../../platform/crypto.ts';
import type { FeedLogin } from '../fetch/page-request.ts';
import type { PreviewOptions } from './preview.ts';

export function previewLimits(
  config: Config,
  clock: Clock,
): Pick<PreviewOptions, 'maxBytes' | 'timeoutMs' | 'idleTimeoutMs' | 'allowPrivate' | 'imagesUrl' | 'folders' | 'now'> {
  return {
    maxBytes: config.feedMaxMb * 1024 * 1024,
    timeoutMs: config.feedTimeout,
    idleTimeoutMs: config.feedIdleTimeout,
    allowPrivate: config.feedAllowPrivate,
    imagesUrl: config.feedImagesUrl,
    folders: config.feedFolders,
    now: () => clock.now(),
  };
}

type OfFeed = Pick<PropertyFeedDoc, 'defaultCurrency' | 'country'>;
type OfLocation = Pick<LocationDoc, 'timeZone' | 'language'> | null | undefined;

export function previewSettings(
  { defaultCurrency, country }: { [K in keyof OfFeed]?: OfFeed[K] | null },
  location: OfLocation,
): Pick<PreviewOptions, 'defaultCurrency' | 'country' | 'timeZone' | 'languages'> {
  return {
    defaultCurrency: defaultCurrency ?? undefined,
    country: country ?? undefined,
    ...(location?.timeZone ? { timeZone: location.timeZone } : {}),
    ...(location?.language ? { languages: [location.language.slice(0, 2).toLowerCase()] } : {}),
  };
}

/** @throws {CredentialsError} the login cannot be opened */
export function loginOf({ _id, auth }: Pick<PropertyFeedDoc, '_id' | 'auth'>, config: Config): FeedLogin | undefined {
  return auth === undefined ? undefined : openCredentials<FeedLogin>(auth, _id.toHexString(), config);
}
