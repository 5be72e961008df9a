/** Takes secrets out of what is going to be written. */

/** Names of fields whose values are never shown. */
const secretName = new RegExp(
  '^(proxy-)?authorization$|^(set-)?cookies?$|passw|secret|credential|^((access|refresh|id|' +
    'bearer)[_-]?)?tokens?$|api[_-]?key',
  'i',
);
const maxDepth = 8;

/**
 * A copy to be logged: fields with secret names are masked at any depth, errors are reduced to what describes them
 * (HTTP clients hang whole requests on theirs). What is nested very deep, or in a circle, is cut.
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

function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, status, retryable } = error as { code?: unknown; status?: unknown; retryable?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(isPlain(code) ? { code } : {}),
    ...(isPlain(status) ? { status } : {}),
    ...(isPlain(retryable) ? { retryable } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: withoutSecrets(error.cause, depth + 1) }),
  };
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
