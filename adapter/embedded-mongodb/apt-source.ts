/** The host's apt mirror, with a release whose GNU C library is new enough. Pure. */

export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  /** Path of the archive's key; undefined: apt's trusted keys. */
  readonly signedBy?: string;
}

interface Distribution {
  readonly suite: string;
  readonly fallback: string;
}

const distributions: Readonly<Record<string, Distribution>> = {
  debian: { suite: 'trixie', fallback: 'http://deb.debian.org/debian' },
  ubuntu: { suite: 'noble', fallback: 'http://archive.ubuntu.com/ubuntu' },
};

/**
 * @param osRelease text of /etc/os-release @param sources texts of `*.list` and `*.sources` @returns undefined unless
 * Debian or derived
 */
export function chooseAptSource(osRelease: string, sources: readonly string[]): AptSource | undefined {
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const id = [field('ID'), ...field('ID_LIKE').split(/\s+/)].find((name) => Object.hasOwn(distributions, name));
  if (id === undefined) return undefined;
  const { suite, fallback } = distributions[id]!;
  // A derived distribution's archive lacks the suite.
  const codename = field('ID') === id ? field('VERSION_CODENAME') : field(`${id.toUpperCase()}_CODENAME`);
  const own = sources
    .flatMap(readSources)
    .find((source) => codename !== '' && source.suite === codename && source.hasMain);
  if (!own) return { uri: fallback, suite };
  return { uri: own.uri, suite, ...(own.signedBy === undefined ? {} : { signedBy: own.signedBy }) };
}

/** The one-line form. */
export function formatAptSource({ uri, suite, signedBy }: AptSource): string {
  return `deb ${signedBy === undefined ? '' : `[signed-by=${signedBy}] `}${uri} ${suite} main\n`;
}

interface ReadSource extends AptSource {
  readonly hasMain: boolean;
}

/** `*.sources` has stanzas, `*.list` has lines. */
function readSources(text: string): ReadSource[] {
  return /^types:/im.test(text) ? readStanzas(text) : readLines(text);
}

function readLines(text: string): ReadSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (!match) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    return readSource(uri, suite, components, /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1]);
  });
}

function readStanzas(text: string): ReadSource[] {
  const stanzas = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]?.trim() ?? '';
    if (!/(^|\s)deb(\s|$)/.test(field('Types')) || /^(no|false|0)$/i.test(field('Enabled'))) return [];
    const uri = field('URIs').split(/\s+/)[0] ?? '';
    return field('Suites')
      .split(/\s+/)
      .flatMap((suite) => readSource(uri, suite, field('Components'), field('Signed-By')));
  });
}

function readSource(uri: string, suite: string, components: string, signedBy: string | undefined): ReadSource[] {
  if (!/^(https?|file|copy):/.test(uri)) return [];
  // An inline key is ignored: apt's trusted keys serve, or the fetch fails.
  const keyFile = signedBy?.startsWith('/') ? { signedBy: signedBy.split(/[\s,]/, 1)[0]! } : {};
  return [{ uri, suite, hasMain: components.split(/\s+/).includes('main'), ...keyFile }];
}
