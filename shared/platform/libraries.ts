/**
 * Libraries with much data in them, loaded when something asks them for the first time: most runs never do. Readers of
 * values are synchronous, so that what asks too early is ended and begun again.
 */

/** A library is asked that is not loaded yet. */
export class LibraryNeeded extends Error {
  override name = 'LibraryNeeded';
  readonly load: () => Promise<void>;

  constructor(load: () => Promise<void>) {
    super('Expected a library that is loaded: the work goes through whenLoaded()');
    this.load = load;
  }
}

const loaders: (() => Promise<void>)[] = [];

/** What gives the library, or throws `LibraryNeeded`. */
export function lazily<T>(load: () => Promise<T>): () => T {
  let library: T | undefined;
  const loadOnce = async (): Promise<void> => {
    library ??= await load();
  };
  loaders.push(loadOnce);
  return () => {
    if (library === undefined) throw new LibraryNeeded(loadOnce);
    return library;
  };
}

/** Does work that may ask libraries. @param work does nothing that may not be done again, before it has asked them */
export async function whenLoaded<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LibraryNeeded)) throw error;
      await error.load();
    }
  }
}

/** Loads all of them. */
export async function loadLibraries(): Promise<void> {
  await Promise.all(loaders.map((load) => load()));
}
