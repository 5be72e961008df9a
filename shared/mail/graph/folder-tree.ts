import { splitFolderPath, unquoted } from './folder-names.ts';
import type { GraphFolder } from './graph-types.ts';
import type { FolderRole } from './message-fields.ts';

export const standardStreams = ['inbox', 'sentitems', 'archive'] as const;

/**
 * Left out with everything inside (Microsoft Graph, mailFolder resource type). Mail that Outlook sorted (Clutter,
 * Archive) is read.
 */
const unreadFolders: Readonly<Record<string, FolderRole>> = {
  deleteditems: { isDeleted: true },
  recoverableitemsdeletions: { isDeleted: true },
  junkemail: { isSpam: true },
  drafts: { isDraft: true },
  outbox: { isDraft: true },
  syncissues: { isLeftOut: true },
  conversationhistory: { isLeftOut: true },
};

export const wellKnownNames: readonly string[] = [
  ...standardStreams.slice(0, 2),
  'deleteditems',
  'junkemail',
  'drafts',
  'archive',
  'outbox',
  'syncissues',
  'conversationhistory',
];

const maxDepth = 50;

export type WellKnownIds = Readonly<Record<string, string>>;

export class FolderTree {
  readonly #folders: ReadonlyMap<string, GraphFolder>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #top: readonly string[];

  constructor(folders: Iterable<GraphFolder>, wellKnown: WellKnownIds) {
    this.#folders = new Map([...folders].map((folder) => [folder.id, folder]));
    this.#names = new Map(Object.entries(wellKnown).map(([name, id]) => [id, name]));
    this.#top = this.ids.filter((id) => {
      const above = this.#folders.get(id)?.parentFolderId ?? '';
      return above === id || !this.#folders.has(above);
    });
  }

  get ids(): readonly string[] {
    return [...this.#folders.keys()];
  }

  folder(id: string): GraphFolder | undefined {
    return this.#folders.get(id);
  }

  streamOf(id: string): string {
    const name = this.#names.get(id);
    return standardStreams.find((standard) => standard === name) ?? id;
  }

  idOf(stream: string): string {
    return [...this.#names].find(([, name]) => name === stream)?.[0] ?? stream;
  }

  outermost(id: string): string {
    const above = [...this.#lineage(id)].filter((folder) => !this.#isRoot(folder.id));
    return above.at(-1)?.id ?? id;
  }

  /** By the nearest well-known folder; undefined if hidden or new. */
  roleOf(id: string): FolderRole | undefined {
    if (!this.#folders.has(id)) return this.#named(id);
    for (const folder of this.#lineage(id)) {
      const role = this.#named(folder.id);
      if (role) return role;
      if (folder.isHidden || folder['@odata.type']?.includes('SearchFolder')) return { isLeftOut: true };
    }
    return {};
  }

  readable(): string[] {
    return this.ids.filter((id) => {
      const role = this.roleOf(id);
      return role !== undefined && Object.keys(role).length === 0 && !this.#isRoot(id);
    });
  }

  /** By id, name or path. */
  find(wanted: string): string | undefined {
    if (this.#folders.has(wanted)) return wanted;
    const roots = this.#top.flatMap((id) => (this.#isRoot(id) ? [id, ...this.#inside(id)] : [id]));
    return this.#among(roots, [unquoted(wanted)]) ?? this.#among(roots, splitFolderPath(wanted));
  }

  #among(candidates: readonly string[], [name = '', ...rest]: readonly string[]): string | undefined {
    const found = candidates.find((id) => sameName(this.#folders.get(id)?.displayName, name));
    return found === undefined || rest.length === 0 ? found : this.#among(this.#inside(found), rest);
  }

  #inside(id: string): string[] {
    return this.ids.filter((each) => this.#folders.get(each)?.parentFolderId === id);
  }

  /** Without a parent, or alone at the top: below the root there are always more. */
  #isRoot(id: string): boolean {
    const parent = this.#folders.get(id)?.parentFolderId;
    return !parent || parent === id || (this.#top.length === 1 && this.#top[0] === id && this.ids.length > 1);
  }

  #named(id: string): FolderRole | undefined {
    const name = this.#names.get(id);
    return name === undefined ? undefined : unreadFolders[name];
  }

  *#lineage(id: string): Generator<GraphFolder> {
    let folder = this.#folders.get(id);
    for (let depth = 0; folder && depth < maxDepth; depth += 1) {
      yield folder;
      folder = folder.parentFolderId === folder.id ? undefined : this.#folders.get(folder.parentFolderId ?? '');
    }
  }
}

function sameName(one: string | undefined, other: string): boolean {
  return one?.trim().toLowerCase() === other.toLowerCase();
}
