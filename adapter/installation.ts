/** What of the project is installed: an `npm ci` in the folder of a running adapter takes it away for a minute. */

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from './project.ts';

/** npm writes this file when everything else is there, and removes it first. */
const npmsOwnList = join(projectRoot, 'node_modules', '.package-lock.json');

/**
 * Why no run can begin now; `undefined` when one can.
 *
 * @param bundle the file of the job
 */
export function installationProblem(bundle: string): string | undefined {
  const missing = [process.execPath, npmsOwnList, bundle].find((file) => !existsSync(file));
  return missing === undefined
    ? undefined
    : `The project is being installed or built (${missing} is missing). Runs are possible again when ` +
        'that is finished. crontab/update avoids this interruption';
}

/**
 * The folder by which cron and systemd name this installation: the link `current`, which crontab/update switches, where
 * there is one. The same words as in crontab/install.
 */
export function servedFolder(root = projectRoot): string {
  const links = [join(root, 'current'), resolve(root, '../../current')];
  return links.find((link) => existsSync(link) && realpathSync(link) === realpathSync(root)) ?? root;
}

/** The release that runs, as the link `current` names it: `releases/<commit>`, or `.` for the clone itself. */
export function releaseName(root = projectRoot): string {
  return /\/(releases\/[0-9a-f]{12,40})$/.exec(root)?.[1] ?? '.';
}
