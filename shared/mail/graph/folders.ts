/**
 * Graph has no change list for a whole mailbox, and the folder delta reports no messages (microsoft-graph-docs#6576).
 * So each run lists folders with counts, then recent arrivals, and reads only folders with changes. Microsoft does not
 * document whether the folder delta names the root and nested folders: the tree is read with or without a root, and the
 * daily audit of the whole mailbox finds what was not named.
 */

import { Account, type AccountDoc } from '../../models/account.ts';
import { minute } from '../../platform/clock.ts';
import { hasReaction, isLocalFailure, MailError } from '../mail-error.ts';
import type { MailboxContext } from '../mail-provider.ts';
import { readStream, streamsOf } from '../sync/stream-state.ts';
import type { DeltaCursor, FolderState } from './delta-cursor.ts';
import { FolderTree, standardStreams, wellKnownNames, type WellKnownIds } from './folder-tree.ts';
import type { GraphClient } from './graph-client.ts';
import type { GraphFolder, GraphMessage, GraphPage } from './graph-types.ts';
import type { FolderRole } from './message-fields.ts';

const fields = '$select=id,displayName,parentFolderId,totalItemCount,unreadItemCount,isHidden';
const pageSize = 500;
const maxArrivals = 500;
/** Tolerance before the last good sync. */
const overlap = 10 * minute;

interface KnownFolders {
  readonly wellKnown: WellKnownIds;
  readonly others: readonly string[];
}

interface Listed {
  readonly folders: readonly GraphFolder[];
  tree: FolderTree;
  readonly read: ReadonlyMap<string, string | undefined>;
  readonly arrivals: ReadonlySet<string> | undefined;
}

export class Folders {
  readonly #account: AccountDoc;
  readonly #graph: GraphClient;
  readonly #context: MailboxContext;
  #known: KnownFolders;
  #listing: Promise<Listed> | undefined;
  readonly #unlisted = new Map<string, Promise<FolderRole>>();
  #deletions: Promise<GraphFolder | undefined> | undefined;

  constructor(account: AccountDoc, graph: GraphClient, context: MailboxContext) {
    this.#account = account;
    this.#graph = graph;
    this.#context = context;
    this.#known = (account.cursors?.['folders'] as KnownFolders | undefined) ?? { wellKnown: {}, others: [] };
  }

  /** With vanished folders, to check their messages. */
  async streams(): Promise<readonly string[]> {
    const { read, tree } = await this.#listed();
    const gone = streamsOf(this.#account).filter((stream) => !read.has(stream) && !isLeftOut(tree, stream));
    return [...new Set([...standardStreams, ...read.keys(), ...gone])];
  }

  async isQuiet(stream: string, cursor: DeltaCursor | undefined): Promise<boolean> {
    if (stream === 'inbox') return false;
    const { arrivals, read, tree } = await this.#listed();
    const id = tree.idOf(stream);
    const folder = tree.folder(id);
    if (cursor === undefined) return !read.has(stream) || folder?.totalItemCount === 0;
    if (!read.has(stream)) return cursor.link === undefined;
    if (stream === 'sentitems' || cursor.phase === 'walk') return false;
    const isAsItWas = cursor.total === folder?.totalItemCount && cursor.unread === folder?.unreadItemCount;
    return isAsItWas && arrivals !== undefined && !arrivals.has(id);
  }

  async stateOf(stream: string): Promise<FolderState> {
    const { read, tree } = await this.#listed();
    const { totalItemCount: total, unreadItemCount: unread } = tree.folder(tree.idOf(stream)) ?? {};
    const named = read.get(stream);
    return {
      ...(total === undefined ? {} : { total }),
      ...(unread === undefined ? {} : { unread }),
      ...(named === undefined ? {} : { named }),
    };
  }

  async isReadable(stream: string): Promise<boolean> {
    if (isStandard(stream)) return true;
    const { tree } = await this.#listed();
    const role = tree.roleOf(stream);
    return role !== undefined && !role.isDeleted && !role.isSpam && !role.isDraft;
  }

  async roleOf(folderId: string | undefined): Promise<FolderRole> {
    if (!folderId) return {};
    const listed = await this.#listed();
    const { read } = listed;
    if (listed.tree.folder(folderId) === undefined) {
      const asked = this.#unlisted.get(folderId) ?? this.#roleOfUnlisted(folderId);
      this.#unlisted.set(folderId, asked);
      return asked.catch((thrown: unknown) => {
        this.#unlisted.delete(folderId);
        throw thrown;
      });
    }
    await this.#identify([folderId], listed);
    const role = listed.tree.roleOf(folderId) ?? {};
    const stream = listed.tree.streamOf(folderId);
    return Object.keys(role).length === 0 && (read.has(stream) || isStandard(stream)) ? { stream } : role;
  }

  #listed(): Promise<Listed> {
    return (this.#listing ??= this.#list().catch((thrown: unknown) => {
      this.#listing = undefined;
      throw thrown;
    }));
  }

  async #list(): Promise<Listed> {
    const folders = await this.#allFolders();
    if (folders.length === 0)
      throw new MailError('Graph, folders: expected at least the inbox, got none', {
        code: 'bad-answer',
        reaction: 'retry',
      });
    const filled = folders.filter(({ id, totalItemCount }) => totalItemCount !== 0 && !this.#isStream(id));
    const listed = { folders, tree: new FolderTree(folders, this.#known.wellKnown) };
    const wanted = this.#context.config.outlookFolders.flatMap((name) => listed.tree.find(name) ?? []);
    const meant = [...filled.map(({ id }) => id), ...wanted];
    const unsure = new Set<string>();
    const tree = await this.#identify(meant, listed).catch((thrown: unknown) => {
      if (!isLocalFailure(thrown)) throw thrown;
      // Possibly junk: skip unidentified folders for now.
      for (const id of meant) if (!this.#isKnown(listed.tree.outermost(id))) unsure.add(listed.tree.outermost(id));
      return listed.tree;
    });
    const readable = tree.readable().filter((id) => !unsure.has(tree.outermost(id)));
    this.#context.count('foldersNotRead', unsure.size);
    return { folders, tree, read: this.#chosen(tree, new Set(readable)), arrivals: await this.#arrivals() };
  }

  #isStream(id: string): boolean {
    return readStream(this.#account, id) !== undefined;
  }

  async #allFolders(): Promise<readonly GraphFolder[]> {
    try {
      return await this.#pages<GraphFolder>(`/me/mailFolders/delta?${fields}`);
    } catch (thrown) {
      // A full mailbox refuses delta but still lists (Microsoft Graph, mailFolder: delta).
      if (!hasReaction(thrown, 'park', 'admin')) throw thrown;
      return this.#foldersInside('/me/mailFolders');
    }
  }

  async #foldersInside(path: string): Promise<GraphFolder[]> {
    const folders = await this.#pages<GraphFolder>(`${path}?$top=100&${fields},childFolderCount`);
    const inside: GraphFolder[] = [];
    for (const { id, childFolderCount } of folders) {
      if (childFolderCount === 0) continue;
      inside.push(...(await this.#foldersInside(`/me/mailFolders/${encodeURIComponent(id)}/childFolders`)));
    }
    return [...folders, ...inside];
  }

  async #pages<T>(first: string): Promise<T[]> {
    const found: T[] = [];
    for (let path: string | undefined = first; path !== undefined;) {
      const page: GraphPage<T> | undefined = await this.#graph.get(path, { what: 'folders', pageSize });
      found.push(...(page?.value ?? []));
      const next: string | undefined = page?.['@odata.nextLink'];
      if (next !== undefined && next === path)
        throw new MailError('Graph, folders: a page of the answer links to itself', {
          code: 'bad-answer',
          reaction: 'retry',
        });
      path = next;
    }
    return found;
  }

  async #identify(ids: readonly string[], listed: Pick<Listed, 'folders' | 'tree'>): Promise<FolderTree> {
    const outermost = [...new Set(ids.map((id) => listed.tree.outermost(id)))];
    if (outermost.every((id) => this.#isKnown(id))) return listed.tree;
    let wellKnown = this.#known.wellKnown;
    for (const name of wellKnownNames) {
      if (outermost.every((id) => Object.values(wellKnown).includes(id))) break;
      // The mailbox may have gained it.
      if (!wellKnown[name]) wellKnown = { ...wellKnown, [name]: (await this.#ask(name))?.id ?? '' };
    }
    const others = outermost.filter((id) => !Object.values(wellKnown).includes(id));
    await this.#keep({ wellKnown, others: [...new Set([...this.#known.others, ...others])] });
    listed.tree = new FolderTree(listed.folders, wellKnown);
    return listed.tree;
  }

  #isKnown(outermost: string): boolean {
    const { others, wellKnown } = this.#known;
    return others.includes(outermost) || Object.values(wellKnown).includes(outermost);
  }

  async #keep(known: KnownFolders): Promise<void> {
    this.#known = known;
    this.#account.cursors = { ...this.#account.cursors, folders: known };
    await Account.updateOne({ _id: this.#account._id, enabled: true }, { $set: { 'cursors.folders': known } });
  }

  async #ask(nameOrId: string): Promise<GraphFolder | undefined> {
    try {
      return await this.#graph.get<GraphFolder>(`/me/mailFolders/${encodeURIComponent(nameOrId)}?${fields}`, {
        what: `folder ${nameOrId}`,
      });
    } catch (thrown) {
      if (!hasReaction(thrown, 'park')) throw thrown;
      return undefined;
    }
  }

  async #roleOfUnlisted(folderId: string, depth = 0): Promise<FolderRole> {
    this.#deletions ??= this.#ask('recoverableitemsdeletions');
    if (folderId === (await this.#deletions)?.id) return { isDeleted: true };
    const folder = depth > 16 ? undefined : await this.#ask(folderId);
    if (!folder || folder.isHidden) return { isLeftOut: true };
    const { tree } = await this.#listed();
    const parent = folder.parentFolderId;
    if (!parent || parent === folderId) return {};
    const above = tree.folder(parent) ? await this.roleOf(parent) : await this.#roleOfUnlisted(parent, depth + 1);
    const { stream: _, ...role } = above;
    return role;
  }

  #chosen(tree: FolderTree, readable: ReadonlySet<string>): ReadonlyMap<string, string | undefined> {
    const { outlookFolders: wanted } = this.#context.config;
    if (wanted.length === 0) return new Map([...readable].map((id) => [tree.streamOf(id), undefined]));
    const chosen = new Map<string, string | undefined>(standardStreams.map((stream) => [stream, undefined]));
    for (const name of wanted) {
      if (isStandard(name)) continue;
      const found = tree.find(name) ?? (this.#known.wellKnown[name] || undefined);
      const followed = streamsOf(this.#account).filter((stream) => this.#nameOf(stream) === name);
      const ids = [...(found === undefined ? [] : [found]), ...followed].filter((id) => readable.has(id));
      for (const id of ids) chosen.set(tree.streamOf(id), isStandard(tree.streamOf(id)) ? undefined : name);
      if (ids.length === 0) this.#sayMissing(name, found !== undefined);
    }
    return chosen;
  }

  #nameOf(stream: string): string | undefined {
    return (readStream(this.#account, stream)?.cursor as FolderState | undefined)?.named;
  }

  /** The setting covers all mailboxes: one may lack a folder. */
  #sayMissing(name: string, isThere: boolean): void {
    this.#context.count('foldersNotRead');
    this.#context.log.warn(
      isThere
        ? `OUTLOOK_FOLDERS: ${name} is in junk, trash or another folder whose mail is not read`
        : `OUTLOOK_FOLDERS: this mailbox has no folder ${name}. Expected an id, or display names as in ` +
            '"Clients/Villas", quoted if a name contains a comma or a slash',
    );
  }

  async #arrivals(): Promise<ReadonlySet<string> | undefined> {
    const { lastSyncedAt } = this.#account;
    if (!lastSyncedAt) return undefined;
    const since = new Date(lastSyncedAt.getTime() - overlap).toISOString();
    const filter = encodeURIComponent(`receivedDateTime ge ${since}`);
    const order = encodeURIComponent('receivedDateTime desc');
    const page = await this.#graph.get<GraphPage<GraphMessage>>(
      `/me/messages?$top=${maxArrivals}&$select=id,parentFolderId&$orderby=${order}&$filter=${filter}`,
      { what: 'arrivals' },
    );
    if (page?.['@odata.nextLink']) return undefined;
    return new Set((page?.value ?? []).flatMap(({ parentFolderId }) => parentFolderId ?? []));
  }
}

/** No longer read, but its messages stay. */
function isLeftOut(tree: FolderTree, stream: string): boolean {
  const role = tree.roleOf(tree.idOf(stream));
  return role !== undefined && !role.isDeleted && !role.isSpam && !role.isDraft;
}

function isStandard(stream: string): boolean {
  return (standardStreams as readonly string[]).includes(stream);
}
