/** Paths that say where a feed's items are: `root/property`, `feed/*\/ad`, `//listing`. */

export interface ItemPath {
  readonly steps: readonly string[];
  /** The steps may begin at any depth. */
  readonly anyDepth: boolean;
}

/** Reads a path; `|` separates alternatives. Prefixes are dropped: names are compared by their local part. */
export function readItemPaths(paths: readonly string[]): readonly ItemPath[] {
  return paths
    .flatMap((path) => path.split('|'))
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => ({
      anyDepth: path.startsWith('//'),
      steps: path
        .split('/')
        .filter((step) => step !== '')
        .map(localName),
    }));
}

/** Whether an element with these ancestors (root first) is at one of the paths. */
export function isAtPath(
  ancestors: readonly string[],
  name: string,
  paths: readonly ItemPath[],
  anyCase: boolean,
): boolean {
  return paths.some(({ steps, anyDepth }) => {
    const skipped = ancestors.length + 1 - steps.length;
    if (steps.length === 0 || skipped < 0 || (skipped > 0 && !anyDepth)) return false;
    return steps.every((step, i) => step === '*' || sameName(step, ancestors[skipped + i] ?? name, anyCase));
  });
}

/** The part of a name behind its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function sameName(one: string, other: string, anyCase: boolean): boolean {
  return one === other || (anyCase && one.toLowerCase() === other.toLowerCase());
}
