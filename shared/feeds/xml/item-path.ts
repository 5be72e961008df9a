/** `root/property`, `feed/*\/ad`, `//listing` */

export interface ItemPath {
  readonly steps: readonly string[];
  readonly anyDepth: boolean;
}

/** `|` separates alternatives; prefixes are dropped. */
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

/** `ancestors` are root first. */
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

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function sameName(one: string, other: string, anyCase: boolean): boolean {
  return one === other || (anyCase && one.toLowerCase() === other.toLowerCase());
}
