import { Types } from 'mongoose';
import {
  PropertyFeed,
  reloadFeed,
  saveFeed,
  type FeedValues,
  type PropertyFeedDoc,
} from '../../models/property-feed.ts';
import type { Config } from '../../platform/config.ts';
import { sealCredentials } from '../../platform/crypto.ts';
import { UsageError } from '../../platform/errors.ts';
import { feedProtocols, readFeedUrl } from '../fetch/feed-address.ts';
import type { FeedLogin } from '../fetch/page-request.ts';
import { isSameAddress } from '../preview/approve-mapping.ts';

export interface FeedChange {
  readonly values: FeedValues;
  /** `null`: no login. */
  readonly login?: FeedLogin | null | undefined;
  readonly locationId?: Types.ObjectId | undefined;
}

/**
 * A login in the address is encrypted.
 *
 * @throws {UsageError} the location has this address
 * @throws {CredentialsError} a login, but no CREDENTIALS_KEY
 */
export async function addFeed(
  feed: FeedChange & { readonly locationId: Types.ObjectId },
  config: Config,
): Promise<PropertyFeedDoc> {
  const _id = new Types.ObjectId();
  const { locationId } = feed;
  const { url, login } = splitAddress(feed.values.url as string, feed.login);
  await refuseTwin(locationId, url);
  const values = Object.entries({ ...feed.values, url }).filter(([, value]) => value !== null);
  const auth = login ? sealCredentials(login, _id.toHexString(), config) : undefined;
  const created = await PropertyFeed.create({
    ...Object.fromEntries(values),
    _id,
    locationId,
    ...(auth === undefined ? {} : { auth }),
  });
  return created.toObject();
}

/**
 * The next run reads everything again.
 *
 * @throws {UsageError} the login would go to another server; the location has the new address
 */
export async function changeFeed(feed: PropertyFeedDoc, change: FeedChange, config: Config): Promise<PropertyFeedDoc> {
  const given = change.values.url;
  const { url, login } = given ? splitAddress(given, change.login) : { url: feed.url, login: change.login };
  const locationId = change.locationId ?? feed.locationId;
  const isElsewhere = hostOf(url) !== hostOf(feed.url);
  const hasMoved = !locationId.equals(feed.locationId);
  if (isElsewhere && feed.auth && login === undefined)
    throw new UsageError(
      `The feed's login is for ${hostOf(feed.url)}. Enter the login for ` +
        `${hostOf(url) || 'the new address'} (--auth-user), or remove it (--auth-user '')`,
    );
  if (hasMoved || !isSameAddress(url, feed.url)) await refuseTwin(locationId, url, feed._id);
  await saveFeed(feed._id, {
    ...(isElsewhere ? ofServer : {}),
    ...change.values,
    url,
    ...(login === undefined ? {} : { auth: login && sealCredentials(login, feed._id.toHexString(), config) }),
    ...(hasMoved ? { locationId, companyId: null } : {}),
  });
  return reloadFeed(feed);
}

/** Void for another server. */
const ofServer: FeedValues = { hostKey: null, processedFiles: null };

/** From the next run on. */
export async function pauseFeed(feed: Pick<PropertyFeedDoc, '_id'>, isPaused: boolean): Promise<void> {
  await saveFeed(feed._id, { isActive: !isPaused });
}

/** Two feeds with one address would fight over listings. */
async function refuseTwin(locationId: Types.ObjectId, url: string, except?: Types.ObjectId): Promise<void> {
  const others = await PropertyFeed.find({ locationId, deletedAt: null }, { url: 1 }).lean();
  const twin = others.find((other) => !except?.equals(other._id) && isSameAddress(other.url, url));
  if (twin) throw new UsageError(`The location already has a feed with this address: ${String(twin._id)}`);
}

/** An explicit login wins. */
function splitAddress(written: string, given: FeedLogin | null | undefined) {
  const { username, password } = readFeedUrl(written, feedProtocols);
  const url = new URL(written);
  url.username = '';
  url.password = '';
  const inAddress = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  const login = given === undefined && Object.keys(inAddress).length > 0 ? inAddress : given;
  // As typed, if nothing was removed.
  return { url: login === inAddress || username !== undefined ? url.href : written, login };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
