/** What the folder of a message says about it: read by a stream, in the trash, in junk. Asked for when first needed. */

import type { Logger } from '../../platform/logger.ts';
import { hasReaction } from '../errors.ts';
import type { GraphClient } from './graph-client.ts';
import type { GraphFolder, GraphPage } from './graph-types.ts';
import type { FolderRole } from './message-fields.ts';

/** Read of every mailbox, in this order. */
const standardStreams = ['inbox', 'sentitems', 'archive'] as const;

const trash = ['deleteditems', 'recoverableitemsdeletions'];
const junk = ['junkemail'];
const fields = '$select=id,parentFolderId';
/** Deeper folders are taken for ordinary ones. */
const maxDepth = 16;

export interface Folders {
  /** The standard folders, and those of OUTLOOK_FOLDERS as far as this mailbox has them. */
  streams(): Promise<readonly string[]>;
  /** A folder that was put into the trash or into junk is not read: for its stream it is as good as gone. */
  isReadable(stream: string): Promise<boolean>;
  /** What a listing showed for nothing: this folder is that stream's. */
  learn(folderId: string, stream: string): void;
  roleOf(folderId: string | undefined): Promise<FolderRole>;
}

/**
 * @param wanted OUTLOOK_FOLDERS: well-known names, ids, or paths of display names
 * @param formerly streams that were read before: a folder in the trash is found by its name no more
 */
export function createFolders(
  graph: GraphClient,
  wanted: readonly string[],
  log: Logger,
  formerly: readonly string[] = [],
): Folders {
  const roles = new Map<string, FolderRole>();
  /** What they are is fixed; the roles of others may be known from their subfolders alone. */
  const wellKnownIds = new Set<string>();
  const further: string[] = [];
  const away = new Set<string>();
  const wellKnown = onceGood(readWellKnown);
  const known = onceGood(readFurther);

  function read(nameOrId: string): Promise<GraphFolder | undefined> {
    return graph.get<GraphFolder>(`/me/mailFolders/${encodeURIComponent(nameOrId)}?${fields}`, {
      what: `folder ${nameOrId}`,
    });
  }

  async function ask(name: string): Promise<GraphFolder | 'refused' | undefined> {
    return read(name).catch((error: unknown) => {
      if (!hasReaction(error, 'park')) throw error;
      return 'refused';
    });
  }

  async function readWellKnown(): Promise<void> {
    const of = (name: string, role: FolderRole) => read(name).then((folder) => ({ id: folder?.id, role }));
    const found = await Promise.all([
      ...standardStreams.map((name) => of(name, { stream: name })),
      ...trash.map((name) => of(name, { isDeleted: true })),
      ...junk.map((name) => of(name, { isSpam: true })),
    ]);
    for (const { id, role } of found) {
      if (!id) continue;
      wellKnownIds.add(id);
      roles.set(id, role);
    }
  }

  async function readFurther(): Promise<void> {
    await wellKnown();
    further.length = 0;
    for (const name of wanted) await addStream(name);
    for (const stream of formerly) await lookAfter(stream);
  }

  /** The setting is for all mailboxes, and folders differ: what one of them lacks is passed over there, and said. */
  async function addStream(name: string): Promise<void> {
    const direct = await ask(name);
    const folder = direct === 'refused' || direct === undefined ? await findByPath(name) : direct;
    if (!folder) {
      log.warn(
        `OUTLOOK_FOLDERS: this mailbox has no folder ${name}; expected a well-known name, an id, or display names ` +
          'as in "Clients/Villas"',
      );
      // An id that was good once: what the folder held is looked at.
      if (direct === undefined) further.push(name);
      return;
    }
    const stream = folder === direct ? name : folder.id;
    const role = roles.get(folder.id);
    if (role?.stream !== undefined) return;
    const above = role ?? (await roleAbove(folder));
    if (above.isSpam || above.isDeleted) {
      log.warn(`OUTLOOK_FOLDERS: ${name} lies in ${above.isSpam ? 'junk' : 'the trash'} and is not read`);
      away.add(stream);
    }
    if (!wellKnownIds.has(folder.id) && !further.includes(stream)) further.push(stream);
    roles.set(folder.id, above.isSpam || above.isDeleted ? above : { stream });
  }

  /** What the user has thrown away since goes from the CRM too; what is only read no longer stays as it is. */
  async function lookAfter(stream: string): Promise<void> {
    if (further.includes(stream) || isStandard(stream)) return;
    const folder = await ask(stream);
    if (folder === 'refused') return;
    if (folder) {
      const above = roles.get(folder.id) ?? (await roleAbove(folder));
      if (!above.isDeleted && !above.isSpam) return;
      away.add(stream);
      roles.set(folder.id, above);
    }
    further.push(stream);
  }

  async function findByPath(path: string): Promise<GraphFolder | undefined> {
    let folder: GraphFolder | undefined;
    for (const name of path.split('/').map((part) => part.trim())) {
      const inside = folder ? `/${encodeURIComponent(folder.id)}/childFolders` : '';
      const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
      const page: GraphPage<GraphFolder> | undefined = await graph.get(
        `/me/mailFolders${inside}?$filter=${filter}&${fields}`,
        { what: `folder ${path}` },
      );
      folder = page?.value?.[0];
      if (!folder) return undefined;
    }
    return folder;
  }

  /** The nearest known ancestor decides, but only a stream's own folder is read by that stream. */
  async function roleAbove(folder: GraphFolder | undefined, depth = 0): Promise<FolderRole> {
    const parent = folder?.parentFolderId;
    if (!parent || depth >= maxDepth) return {};
    const { isDeleted, isSpam } = roles.get(parent) ?? (await roleAbove(await read(parent), depth + 1));
    const role: FolderRole = { ...(isDeleted ? { isDeleted } : {}), ...(isSpam ? { isSpam } : {}) };
    if (!roles.has(parent)) roles.set(parent, role);
    return role;
  }

  return {
    async roleOf(folderId) {
      if (!folderId) return {};
      if (!roles.has(folderId)) await known();
      if (!roles.has(folderId)) roles.set(folderId, await roleAbove(await read(folderId)));
      return roles.get(folderId) as FolderRole;
    },
    learn(folderId, stream) {
      if (!roles.has(folderId)) roles.set(folderId, { stream });
    },
    async isReadable(stream) {
      if (isStandard(stream)) return true;
      await known();
      return !away.has(stream);
    },
    async streams() {
      if (wanted.length > 0 || !formerly.every(isStandard)) await known();
      return [...standardStreams, ...further];
    },
  };
}

function isStandard(stream: string): boolean {
  return (standardStreams as readonly string[]).includes(stream);
}

/** Does `work` once for all who ask; a failure is nobody's last word. */
function onceGood(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () =>
    (done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    }));
}
