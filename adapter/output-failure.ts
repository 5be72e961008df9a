/** By errno(3). */
const causes: Readonly<Record<string, string>> = {
  EPIPE: 'the reader has closed it',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has reached its maximum size',
  EBADF: 'it was closed before the program started',
};

export function describeOutputFailure({ code, message }: { readonly code?: string; readonly message: string }): string {
  const why = causes[code ?? ''];
  return `The output could not be written${why ? `: ${why}` : ''} (${code ?? (message || 'no reason given')})`;
}
