/**
 * Logs: one JSON line each, pretty on a terminal, secrets redacted. `fd` decides the stream: a server logs to stdout, a
 * command whose stdout is its result logs to stderr.
 */

import { WriteStream } from 'node:tty';
import { pino, type Logger } from 'pino';
import { withoutSecrets } from './redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: string;
  readonly fd: 1 | 2;
  /** Pretty lines for people instead of JSON. */
  readonly pretty?: boolean;
}

/** Makes a logger that writes synchronously, so that a line of a worker that dies is not lost. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const stream = options.pretty ? await prettyStream(options.fd) : pino.destination({ fd: options.fd, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withoutSecrets(fields) as Record<string, unknown>,
      },
      // Errors are described with the other fields, before serializers come.
      serializers: { err: (error: unknown) => withoutSecrets(error) },
    },
    stream,
  );
}

/** A progress line may stand where a log line is written. */
const eraseRest = '\u001b[K';

/** Loaded only when asked for: in a bundle for a hosted platform it is never needed. */
async function prettyStream(fd: 1 | 2) {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ destination: fd, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'job,runId', messageFormat: `{if job}[{job}] {end}{msg}${eraseRest}`, colorize: WriteStream.prototype.hasColors() });
}
