/** Against cross-site request forgery (OWASP: signed tokens bound to a session). */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hour } from '../../../shared/platform/clock.ts';

/** ms; an older page must be reloaded. */
const maxAgeMs = 4 * hour;
const shape = /^([0-9a-z]{1,11})\.([0-9a-f]{24})\.([\w-]{43})$/;

export type TokenVerdict = 'good' | 'wrong' | 'old' | 'used';

export class FormTokens {
  readonly #key = randomBytes(32);
  readonly #used = new Map<string, number>();

  issue(session: string, now: Date): string {
    const claim = `${now.getTime().toString(36)}.${randomBytes(12).toString('hex')}`;
    return `${claim}.${this.#sign(session, claim)}`;
  }

  take(session: string, token: string, now: Date): TokenVerdict {
    const [, issuedAt, nonce, signature] = shape.exec(token) ?? [];
    if (issuedAt === undefined || nonce === undefined || signature === undefined) return 'wrong';
    const expected = this.#sign(session, `${issuedAt}.${nonce}`);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return 'wrong';
    const endsAt = Number.parseInt(issuedAt, 36) + maxAgeMs;
    if (now.getTime() > endsAt) return 'old';
    this.#forget(now);
    if (this.#used.has(nonce)) return 'used';
    this.#used.set(nonce, endsAt);
    return 'good';
  }

  #forget(now: Date): void {
    for (const [nonce, endsAt] of this.#used) if (now.getTime() > endsAt) this.#used.delete(nonce);
  }

  #sign(session: string, claim: string): string {
    return createHmac('sha256', this.#key).update(`${session}.${claim}`).digest('base64url');
  }
}
