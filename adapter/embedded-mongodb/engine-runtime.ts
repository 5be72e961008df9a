import { report } from 'node:process';

/** Of the symbols that the engine's library uses. */
export const neededGlibc = '2.38';

export interface HostFacts {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  /** undefined on macOS and musl. */
  readonly glibc: string | undefined;
}

export interface LinuxNames {
  readonly debian: string;
  /** Below `usr/lib`. */
  readonly multiarch: string;
  readonly loader: string;
}

export type EngineRuntime =
  | { readonly kind: 'direct' }
  | { readonly kind: 'private-glibc'; readonly names: LinuxNames }
  | { readonly kind: 'unsupported'; readonly reason: string };

const linuxNames: Readonly<Record<string, LinuxNames>> = {
  x64: { debian: 'amd64', multiarch: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { debian: 'arm64', multiarch: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

export function chooseRuntime({ platform, architecture, glibc }: HostFacts): EngineRuntime {
  if (platform === 'darwin' && architecture === 'arm64') return { kind: 'direct' };
  const names = platform === 'linux' && Object.hasOwn(linuxNames, architecture) ? linuxNames[architecture] : undefined;
  if (!names) return { kind: 'unsupported', reason: `there is no engine for ${platform} on ${architecture}` };
  if (glibc === undefined)
    return { kind: 'unsupported', reason: 'this Linux has no GNU C library (musl?), which the engine needs' };
  return isAtLeast(glibc, neededGlibc) ? { kind: 'direct' } : { kind: 'private-glibc', names };
}

export function probeHost(): HostFacts {
  return { platform: process.platform, architecture: process.arch, glibc: glibcVersion() };
}

function glibcVersion(): string | undefined {
  // The report would otherwise look up every peer's name.
  const diagnostics = report as typeof report & { excludeNetwork: boolean };
  const { excludeNetwork } = diagnostics;
  diagnostics.excludeNetwork = true;
  try {
    return (diagnostics.getReport() as { header?: { glibcVersionRuntime?: string } }).header?.glibcVersionRuntime;
  } finally {
    diagnostics.excludeNetwork = excludeNetwork;
  }
}

function isAtLeast(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}
