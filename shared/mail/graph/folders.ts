/** What the folder of a message says about it: read by a stream, in the trash, in junk. Asked for when first needed. */

import { MailError } from '../errors.ts';
import type { GraphClient } from './graph-client.ts';
import type { FolderRole } from './message-fields.ts';

/** Read of every mailbox, in this order. */
export const standardStreams = ['inbox', 'sentitems', 'archive'] as const;

const trash = ['deleteditems', 'recoverableitemsdeletions'];
const junk = ['junkemail'];

interface GraphFolder {
  readonly id?: string;
  readonly parentFolderId?: string;
}

export interface Folders {
  /** The configured streams that exist and may be read: junk and what lies below it never is. */
  streams(): Promise<readonly string[]>;
  /** What a listing showed for nothing: this folder is that stream's. */
  learn(folderId: string, stream: string): void;
  roleOf(folderId: string | undefined): Promise<FolderRole>;
}

export function createFolders(graph: GraphClient, extraStreams: readonly string[]): Folders {
  const roles = new Map<string, FolderRole>();
  let wellKnown: Promise<void> | undefined;
  const configured = [...new Set([...standardStreams, ...extraStreams])];

  async function read(nameOrId: string): Promise<GraphFolder | undefined> {
    return graph.get<GraphFolder>(`/me/mailFolders/${encodeURIComponent(nameOrId)}?$select=id,parentFolderId`, { what: `folder ${nameOrId}` });
  }

  async function readWellKnown(): Promise<void> {
    const known = (name: string, role: FolderRole) => read(name).then((folder) => ({ id: folder?.id, role }));
    const found = await Promise.all([
      ...configured.map((name) => known(name, { stream: name })),
      ...trash.map((name) => known(name, { isDeleted: true })),
      ...junk.map((name) => known(name, { isSpam: true })),
    ]);
    for (const { id, role } of found) if (id) roles.set(id, role);
  }

  /** The nearest known ancestor decides, but only a stream's own folder is read by that stream. */
  async function roleOf(folderId: string | undefined, depth = 0): Promise<FolderRole> {
    if (!folderId) return {};
    const known = roles.get(folderId);
    if (known) return known;
    await (wellKnown ??= readWellKnown().catch((error: unknown) => {
      wellKnown = undefined;
      throw error;
    }));
    const listed = roles.get(folderId);
    if (listed) return listed;
    const folder = depth < 16 ? await read(folderId) : undefined;
    const above = await roleOf(folder?.parentFolderId, depth + 1);
    const role: FolderRole = { ...(above.isDeleted ? { isDeleted: true } : {}), ...(above.isSpam ? { isSpam: true } : {}) };
    roles.set(folderId, role);
    return role;
  }

  return {
    roleOf: (folderId) => roleOf(folderId),
    learn(folderId, stream) {
      if (!roles.has(folderId)) roles.set(folderId, { stream });
    },
    async streams() {
      for (const name of extraStreams) {
        const folder = await read(name);
        if (!folder?.id) continue;
        const above = await roleOf(folder.parentFolderId);
        if (above.isSpam || (await roleOf(folder.id)).isSpam) {
          throw new MailError(`OUTLOOK_FOLDERS: ${name} is the junk folder or lies below it; junk is never read`, { code: 'junk-folder', reaction: 'operator' });
        }
      }
      return configured;
    },
  };
}
