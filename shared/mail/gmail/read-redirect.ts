import { timingSafeEqual } from 'node:crypto';
import { EstioError } from '../../platform/errors.ts';

/**
 * Reads the authorisation code from the address that the browser was sent to.
 *
 * @throws {EstioError} when it does not answer our request, or the user refused
 */
export function readRedirect(address: string, state: string): string {
  const query = URL.canParse(address.trim()) ? new URL(address.trim()).searchParams : new URLSearchParams();
  const given = Buffer.from(query.get('state') ?? '');
  const expected = Buffer.from(state);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new EstioError(
      'The address does not belong to this sign-in (its state differs): open the printed address again and paste ' +
        'the whole one it leads to',
      { code: 'connect-state' },
    );
  }
  const code = query.get('code');
  if (code) return code;
  throw new EstioError(`The sign-in was refused (${query.get('error') ?? 'no code came'})`, {
    code: 'connect-refused',
  });
}
