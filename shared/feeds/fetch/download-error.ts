import { EstioError, isAbort } from '../../platform/errors.ts';

export type DownloadErrorCode =
  | 'bad-url'
  | 'insecure-redirect'
  | 'too-many-redirects'
  | 'unauthorized'
  | 'gone'
  | 'rate-limited'
  | 'server-error'
  | 'http-status'
  | 'timeout'
  | 'idle-timeout'
  | 'unreachable'
  | 'truncated'
  | 'folder-not-allowed'
  | 'host-key-changed';

/** Without user names, passwords or query values. */
export class DownloadError extends EstioError {
  override name = 'DownloadError';
  readonly retryAfterMs: number | undefined;

  constructor(
    code: DownloadErrorCode,
    message: string,
    options: { retryable?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { code, retryable: options.retryable ?? false, cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function describeStatus(status: number, url: URL, retryAfterMs: number | undefined): DownloadError {
  const at = `${url.host} answered ${status}`;
  if (status === 401 || status === 403)
    return new DownloadError('unauthorized', `${at}: the login of this feed is missing, wrong or not allowed`);
  if (status === 404 || status === 410)
    return new DownloadError('gone', `${at}: the feed no longer exists at this address`);
  if (status === 429)
    return new DownloadError('rate-limited', `${at}: too many requests, more are refused for now`, {
      retryable: true,
      retryAfterMs,
    });
  if (status >= 500)
    return new DownloadError('server-error', `${at}: the feed's server reported an error`, {
      retryable: true,
      retryAfterMs,
    });
  return new DownloadError('http-status', `${at}: expected 200`);
}

/** Own errors and aborts pass unchanged. */
export function describeNetworkError(error: unknown, url: URL, reading: boolean): unknown {
  if (error instanceof EstioError || isAbort(error) || !(error instanceof Error) || error.name === 'TimeoutError')
    return error;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof EstioError) return cause;
    if (cause instanceof AggregateError) {
      const own = cause.errors.find((inner) => inner instanceof EstioError);
      if (own) return own;
    }
  }
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return new DownloadError('idle-timeout', `${url.host} sent nothing for too long (FEED_IDLE_TIMEOUT)`, {
      retryable: true,
      cause: error,
    });
  }
  if (reading) {
    return new DownloadError('truncated', `The download from ${url.host} was cut off: ${error.message || code}`, {
      retryable: true,
      cause: error,
    });
  }
  return new DownloadError('unreachable', `${url.host} cannot be reached: ${error.message || code}`, {
    retryable: true,
    cause: error,
  });
}
