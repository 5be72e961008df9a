/** Level by level: mkdir(2) answers ENOENT in /proc, and Node's `recursive` then tries for ever. */

import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EstioError } from './errors.ts';

export interface FolderOptions {
  readonly setting: string;
  readonly mode?: number;
}

/** @throws {EstioError} the cause, and the setting that would help */
export async function makeFolder(folder: string, { setting, mode = 0o777 }: FolderOptions): Promise<void> {
  try {
    await makeLevel(resolve(folder), mode);
  } catch (error) {
    throw new EstioError(
      `The folder ${folder} cannot be used: ${folderProblem(error)}. Choose another folder (${setting})`,
      {
        code: 'folder-unusable',
        cause: error,
      },
    );
  }
}

async function makeLevel(folder: string, mode: number): Promise<void> {
  const attempt = () => mkdir(folder, { mode }).catch((error) => requireFolder(folder, error));
  try {
    await attempt();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeLevel(dirname(folder), mode);
    await attempt();
  }
}

/** A read-only file system may refuse before it notices that the folder exists. */
async function requireFolder(folder: string, error: NodeJS.ErrnoException): Promise<void> {
  const status = await stat(folder).catch(() => undefined);
  if (status?.isDirectory()) return;
  throw status ? Object.assign(error, { code: 'ENOTDIR' }) : error;
}

const problems: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EDQUOT: "this user's disk quota is used up",
  EEXIST: 'a symbolic link leads to nothing',
  ELOOP: 'a symbolic link leads to itself',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'nothing can be created there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in its place',
  EPERM: 'nothing can be created there',
  EROFS: 'the file system is read-only',
};

export function folderProblem(error: unknown): string {
  const { code = '', path, message } = error as NodeJS.ErrnoException;
  const problem = problems[code];
  return problem === undefined ? message : `${problem} (${code}${path === undefined ? '' : `, ${path}`})`;
}
