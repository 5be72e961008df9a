import { looksDrawn, maskUrl } from './mask-url.ts';

const secretName = new RegExp(
  '^(proxy-)?authorization$|^(set-)?cookies?$|passw|secret|credential|^((access|refresh|id|' +
    'bearer)[_-]?)?tokens?$|api[_-]?key',
  'i',
);
const maxDepth = 8;
/** Masking shorter ones would break up words. */
const minSecretLength = 8;
const maxMaskedLength = 16 * 1024;

/** Secrets of the settings, in each form a text may contain; the longest first, since one may be a part of another. */
let configured: readonly string[] = [];

export function knowSecrets(value: string): void {
  const forms = secretParts(value)
    .flatMap(formsOf)
    .filter((form) => form.length >= minSecretLength);
  configured = [...new Set([...configured, ...forms])].sort((one, other) => other.length - one.length);
}

/**
 * As it is, percent-encoded, in JSON, in HTML, and in the base64 of a longer text: mail servers quote `AUTH PLAIN
 * <base64>`.
 */
function formsOf(secret: string): string[] {
  const encoded = [encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)];
  const lowerCase = encoded.map((form) => form.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase()));
  const within = [0, 1, 2].flatMap((bytesBefore) => base64Within(Buffer.from(secret), bytesBefore));
  const json = JSON.stringify(secret).slice(1, -1);
  const html = ([16, 10] as const).map((base) => secret.replace(/[^\w.~-]/g, (sign) => htmlEscape(sign, base)));
  return [secret, json, json.replaceAll('/', String.raw`\/`), ...html, ...encoded, ...lowerCase, ...within];
}

function htmlEscape(sign: string, base: 10 | 16): string {
  return `&#${base === 16 ? 'x' : ''}${sign.charCodeAt(0).toString(base).toUpperCase()};`;
}

/** Those digits, in both alphabets, which no byte before or after changes. */
function base64Within(secret: Buffer, bytesBefore: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(bytesBefore), secret]);
  const digits = Math.floor((bytes.length * 4) / 3);
  const alphabets = ['base64', 'base64url'] as const;
  return alphabets.map((alphabet) => bytes.toString(alphabet).slice(Math.ceil((bytesBefore * 4) / 3), digits));
}

/** All of a value; of an address its password and random parts. Pure. */
function secretParts(value: string): string[] {
  const [, password] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*?:([^/?#\s]*)@/i.exec(value) ?? [];
  if (password === undefined && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return [value];
  const words = URL.canParse(value)
    ? [...new URL(value).pathname.split('/').filter(looksDrawn), ...new URL(value).searchParams.values()]
    : [];
  return [
    ...(password ? [password, decoded(password)] : []),
    ...words.filter((word) => word.length >= minSecretLength),
  ];
}

/** A stray percent sign stays. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

export function maskConfigured(text: string): string {
  let masked = text;
  for (const secret of configured) if (masked.includes(secret)) masked = masked.replaceAll(secret, '[masked]');
  return masked;
}

/**
 * A copy for the log: secret fields masked, errors reduced (HTTP clients attach whole requests), deep or circular parts
 * cut.
 */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) return '[...]';
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return withoutSecrets(value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      secretName.test(name) ? '[redacted]' : withoutSecrets(field, depth + 1),
    ]),
  );
}

const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[^\s"',;<>]+/gi, '$1 [masked]'],
  [
    /\b(\w*(?:token|secret|password|assertion|cookie|authorization|apikey)["']?\s*[:=]\s*["']?)[^\s"',;&<>]+/gi,
    '$1[masked]',
  ],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*)*/g, '[masked]'],
  [/\bya29\.[\w.-]+/g, '[masked]'],
  [/\b[01](?:\/\/|\.A)[\w.-]{10,}/g, '[masked]'],
];

/** Paths and sentences have shorter words. */
function maskLong(word: string): string {
  return /\d/.test(word) && /[a-z]/i.test(word) ? '[masked]' : word;
}

/** Without the sentence's punctuation. */
const webAddress = /\b(?:https?|s?ftps?|mongodb(?:\+srv)?):\/\/[^\s"'<>`()]*[^\s"'<>`().,;:!?]/gi;

/**
 * Masks the settings' secrets and anything like a token, password or cookie, because providers echo requests.
 *
 * @param known more secrets
 */
export function maskSecrets(text: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .flatMap(formsOf)
    .filter((form) => form.length >= minSecretLength)
    .reduce((masked, secret) => masked.replaceAll(secret, '[masked]'), maskConfigured(text.slice(0, maxMaskedLength)))
    .replace(webAddress, maskUrl);
  return secretTexts
    .reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), withoutKnown)
    .replace(/[\w~+=-]{32,}/g, maskLong);
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, status, retryable } = error as { code?: unknown; status?: unknown; retryable?: unknown };
  return {
    type: error.name,
    message: maskSecrets(error.message),
    ...(isPlain(code) ? { code } : {}),
    ...(isPlain(status) ? { status } : {}),
    ...(isPlain(retryable) ? { retryable } : {}),
    stack: maskSecrets(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: withoutSecrets(error.cause, depth + 1) }),
  };
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
