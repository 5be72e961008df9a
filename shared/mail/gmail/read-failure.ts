import type { GoogleFailure } from './gmail-errors.ts';

export function readFailure(thrown: unknown): GoogleFailure {
  const error = thrown as {
    response?: { status?: number; data?: unknown; headers?: Headers };
    code?: unknown;
    name?: string;
    cause?: unknown;
  };
  const { response } = error;
  if (response?.status !== undefined && response.status >= 300) {
    return {
      status: response.status,
      body: readJson(response.data),
      retryAfter: response.headers?.get('retry-after') ?? null,
    };
  }
  return { networkCode: networkCode(error) };
}

/** `fetch failed` says nothing, its cause does. */
function networkCode(error: { code?: unknown; name?: string; cause?: unknown }): string {
  const cause = error.cause as typeof error | undefined;
  if (cause && typeof cause === 'object') return networkCode(cause);
  if (typeof error.code === 'string') return error.code;
  return error.name ?? 'unknown';
}

function readJson(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
