/** The port that systemd listens on for the adapter, so that a restart refuses no one (sd_listen_fds(3)). */

import type { Environment } from '../shared/platform/config.ts';

/** The first socket that is handed over. */
const firstDescriptor = 3;

/**
 * Finds the listening socket that the service manager hands over.
 *
 * @returns its file descriptor; `undefined`: there is none for this process, and it opens a port of its own
 */
export function inheritedSocket(environment: Environment, pid: number): number | undefined {
  const isOurs = environment['LISTEN_PID'] === String(pid) && Number(environment['LISTEN_FDS']) >= 1;
  return isOurs ? firstDescriptor : undefined;
}
