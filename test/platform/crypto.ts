import { randomBytes } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { needsReseal, openCredentials, sealCredentials } from '../../shared/platform/crypto.ts';
import type { EstioError } from '../../shared/platform/errors.ts';

const key = () => randomBytes(32).toString('base64');
const [present, former] = [key(), key()];
const keyring = { credentialsKey: present, credentialsKeyPrevious: undefined };

test('an encrypted value opens for its owner, and is never encrypted alike twice', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, owner) => {
        const json = JSON.stringify(value);
        const sealed = sealCredentials(value, owner, keyring);
        return (
          JSON.stringify(openCredentials(sealed, owner, keyring)) === JSON.stringify(JSON.parse(json)) &&
          sealed !== sealCredentials(value, owner, keyring)
        );
      }),
    ),
  );
});

test('another owner, another key and any damage are refused without a word of the content', (t) => {
  const sealed = sealCredentials({ refreshToken: 'top-secret' }, 'account-1', keyring);
  const parts = sealed.split('.');
  const damaged = parts.flatMap((part, at) => [
    parts.with(at, '').join('.'),
    parts.with(at, part.slice(1)).join('.'),
    parts.with(at, (part.startsWith('A') ? 'B' : 'A') + part.slice(1)).join('.'),
  ]);
  const refusals = [
    () => openCredentials(sealed, 'account-2', keyring),
    () => openCredentials(sealed, 'account-1', { ...keyring, credentialsKey: key() }),
    () => openCredentials(sealed, 'account-1', { ...keyring, credentialsKey: undefined }),
    () => sealCredentials({}, 'account-1', { ...keyring, credentialsKey: undefined }),
    ...['', 'v1', 'v2.a.b.c.d', 'plain text', ...damaged].map(
      (value) => () => openCredentials(value, 'account-1', keyring),
    ),
  ];
  for (const [index, refusal] of refusals.entries()) {
    const error = t.throws<EstioError>(refusal, { name: 'CredentialsError' });
    if (index < 4) t.is(error.code, index === 0 ? 'credentials' : 'credentials-key');
    t.false([present, 'top-secret'].some((secret) => error.message.includes(secret)));
  }
});

test('a tag that was cut short is refused', (t) => {
  const parts = sealCredentials('x', 'a', keyring).split('.');
  const short = Buffer.from(parts[3]!, 'base64url').subarray(0, 4).toString('base64url');
  t.throws(() => openCredentials(parts.with(3, short).join('.'), 'a', keyring), { name: 'CredentialsError' });
});

test('after a rotation the former key still decrypts, and its values are to be encrypted again', (t) => {
  const sealed = sealCredentials('x', 'a', { credentialsKey: former, credentialsKeyPrevious: undefined });
  const rotated = { credentialsKey: present, credentialsKeyPrevious: former };
  t.is(openCredentials(sealed, 'a', rotated), 'x');
  t.true(needsReseal(sealed, rotated));
  t.false(needsReseal(sealCredentials('x', 'a', rotated), rotated));
});
