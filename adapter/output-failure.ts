/** Why standard output could not be written, by the system's code (errno(3)). */
const causes: Readonly<Record<string, string>> = {
  EPIPE: 'whoever was to read it has gone',
  ENOSPC: 'no space is left where it goes',
  EDQUOT: 'the quota of disk space is used up where it goes',
  EFBIG: 'the file it goes to may not grow any further',
  EBADF: 'it was closed before the start',
};

/** A failed write to standard output, in one line. Pure. */
export function describeOutputFailure({ code, message }: { readonly code?: string; readonly message: string }): string {
  const why = causes[code ?? ''];
  return `The output could not be written${why ? `: ${why}` : ''} (${code ?? (message || 'no reason given')})`;
}
