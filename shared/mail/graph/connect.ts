/** Device code flow (RFC 8628): works over SSH, without a callback address. */

import type { Types } from 'mongoose';
import * as oauth from 'openid-client';
import type { AccountDoc } from '../../models/account.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { EstioError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { saveConnectedAccount } from '../accounts/connect-account.ts';
import { hasReaction } from '../mail-error.ts';
import { mailboxOf } from './consent.ts';
import { oauthConfiguration, outlookScope, toTokenError } from './oauth.ts';

/** Seconds between polls (RFC 8628, section 3.2). */
const [defaultInterval, maxInterval] = [5, 60];

export interface ConnectOutlookOptions {
  readonly locationId: Types.ObjectId;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly showCode: (code: {
    readonly page: string;
    readonly code: string;
    readonly expiresInSeconds: number;
  }) => void;
}

/**
 * @throws {EstioError} `connect-refused`, `connect-timeout`
 * @throws {MailError} from the sign-in service
 */
export async function connectOutlook(options: ConnectOutlookOptions): Promise<AccountDoc> {
  const { config, clock, log, signal } = options;
  const configuration = oauthConfiguration(config, signal);
  const answer = await deviceGrant(configuration, options);
  const { email, credentials } = await mailboxOf(answer, { config, clock, log, signal });
  return saveConnectedAccount(
    { provider: 'outlook', email, locationId: options.locationId, credentials, connectedAt: clock.now() },
    config,
  );
}

async function deviceGrant(
  configuration: oauth.Configuration,
  { config, clock, signal, showCode }: ConnectOutlookOptions,
): Promise<oauth.TokenEndpointResponse> {
  let waiting = signal;
  try {
    const device = await oauth.initiateDeviceAuthorization(configuration, { scope: outlookScope(config) });
    waiting = AbortSignal.any([signal, AbortSignal.timeout(device.expires_in * 1000)]);
    showCode({ page: device.verification_uri, code: device.user_code, expiresInSeconds: device.expires_in });
    return await pollUntilDecided(configuration, device, waiting, clock);
  } catch (thrown) {
    const error = thrown instanceof oauth.ResponseBodyError ? thrown.error : '';
    if (waiting.aborted || error === 'expired_token') {
      throw new EstioError(
        'The sign-in was cancelled or not completed while the code was valid: nothing was connected',
        {
          code: 'connect-timeout',
          cause: thrown,
        },
      );
    }
    if (error === 'authorization_declined' || error === 'access_denied') {
      throw new EstioError('The sign-in was refused: nothing was connected', {
        code: 'connect-refused',
        cause: thrown,
      });
    }
    throw toTokenError(thrown, 'The account', clock.now());
  }
}

/** A failed poll says nothing: poll again, less often (RFC 8628, section 3.5). */
async function pollUntilDecided(
  configuration: oauth.Configuration,
  device: oauth.DeviceAuthorizationResponse,
  waiting: AbortSignal,
  clock: Clock,
): Promise<oauth.TokenEndpointResponse> {
  for (let interval = device.interval ?? defaultInterval; ; interval = Math.min(2 * interval, maxInterval)) {
    try {
      return await oauth.pollDeviceAuthorizationGrant(configuration, { ...device, interval }, undefined, {
        signal: waiting,
      });
    } catch (thrown) {
      if (waiting.aborted || !hasReaction(toTokenError(thrown, 'The account', clock.now()), 'retry', 'throttled'))
        throw thrown;
    }
  }
}
