import { EstioError } from '../../platform/errors.ts';
import { isSameSecret } from '../../platform/same-secret.ts';

/** @throws {EstioError} for a foreign state or a refusal */
export function readRedirect(address: string, state: string): string {
  const query = URL.canParse(address.trim()) ? new URL(address.trim()).searchParams : new URLSearchParams();
  if (!isSameSecret(query.get('state') ?? '', state)) {
    throw new EstioError(
      'The address belongs to another sign-in (its state differs): open the printed address again and ' +
        'paste the complete address that the browser shows at the end',
      { code: 'connect-state' },
    );
  }
  const code = query.get('code');
  if (code) return code;
  throw new EstioError(`The sign-in was refused (${query.get('error') ?? 'no code was returned'})`, {
    code: 'connect-refused',
  });
}
