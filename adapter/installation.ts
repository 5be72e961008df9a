/** `npm ci` in a running adapter's folder removes packages for a minute. */

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EstioError } from '../shared/platform/errors.ts';
import { projectRoot } from './project.ts';

/** npm writes this file last and removes it first. */
const npmsOwnList = join(projectRoot, 'node_modules', '.package-lock.json');

export function installationProblem(bundle: string): string | undefined {
  const missing = [process.execPath, npmsOwnList, bundle].find((file) => !existsSync(file));
  return missing === undefined
    ? undefined
    : `The project is being installed or built (${missing} is missing). Runs are possible again when ` +
        'that is finished. crontab/update avoids this interruption';
}

/** @throws {EstioError} `not-installed`: no run of the bundle can begin now */
export function requireInstallation(bundle: string): void {
  const problem = installationProblem(bundle);
  if (problem !== undefined) throw new EstioError(problem, { code: 'not-installed', retryable: true });
}

/** As in crontab/install: the link `current`, if there is one. */
export function servedFolder(root = projectRoot): string {
  const links = [join(root, 'current'), resolve(root, '../../current')];
  return links.find((link) => existsSync(link) && realpathSync(link) === realpathSync(root)) ?? root;
}

/** The current release: `releases/<commit>`, or `.` for the clone. */
export function releaseName(root = projectRoot): string {
  return /\/(releases\/[0-9a-f]{12,40})$/.exec(root)?.[1] ?? '.';
}
