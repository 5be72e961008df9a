/** Loaded on first use. Callers are synchronous, so they throw, load and repeat. */

export class LibraryNeeded extends Error {
  override name = 'LibraryNeeded';
  readonly load: () => Promise<void>;

  constructor(load: () => Promise<void>) {
    super('A library was used before it was loaded: call it through whenLoaded()');
    this.load = load;
  }
}

const loaders: (() => Promise<void>)[] = [];

/** Returns the library or throws `LibraryNeeded`. */
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

export async function loadLibraries(): Promise<void> {
  await Promise.all(loaders.map((load) => load()));
}
