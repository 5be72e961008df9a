/** JSON lines, redacted: to stdout in servers, to stderr in commands. */

import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { pino, type Logger } from 'pino';
import { maskConfigured, withoutSecrets } from './redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: string;
  readonly fd: 1 | 2;
  readonly pretty?: boolean;
}

/** Makes a synchronous logger, so that a dying worker loses no line. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const stream =
    (options.pretty && (await prettyStream(options.fd))) || pino.destination({ fd: options.fd, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) =>
          withoutSecrets(
            options.pretty && fields['err'] ? { ...fields, err: forPeople(fields['err']) } : fields,
          ) as Record<string, unknown>,
      },
      hooks: { streamWrite: maskConfigured },
      // Serializers run after the other fields are described.
      serializers: { err: (error: unknown) => withoutSecrets(error) },
    },
    stream,
  );
}

/** A progress line may stand there. */
const eraseLine = '\u001b[2K';

/** Absent in bundles. */
async function prettyStream(fd: 1 | 2) {
  const pretty = await import('pino-pretty').then(
    (module) => module.default,
    () => undefined,
  );
  if (!pretty) return undefined;
  const terminal = pino.destination({ fd, sync: true });
  const destination = new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      terminal.write(eraseLine + line);
      done();
    },
  });
  return pretty({
    destination,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'job,runId',
    messageFormat: '{if job}[{job}] {end}{msg}',
    colorize: WriteStream.prototype.hasColors(),
  });
}

/** Foreseen errors: message and causes. Others: the stack. */
function forPeople(error: unknown): unknown {
  const described = withoutSecrets(error) as { code?: string; retryable?: boolean };
  const isForeseen =
    typeof described === 'object' &&
    described !== null &&
    described.retryable !== undefined &&
    described.code !== 'unexpected';
  return isForeseen
    ? JSON.parse(JSON.stringify(described, (name, value: unknown) => (name === 'stack' ? undefined : value)))
    : described;
}
