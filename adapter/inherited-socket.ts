/** systemd listens on the port, so a restart refuses no one (sd_listen_fds(3)). */

import type { Environment } from '../shared/platform/config.ts';

const firstDescriptor = 3;

/** @returns its file descriptor; `undefined`: none for this process */
export function inheritedSocket(environment: Environment, pid: number): number | undefined {
  const isOurs = environment['LISTEN_PID'] === String(pid) && Number(environment['LISTEN_FDS']) >= 1;
  return isOurs ? firstDescriptor : undefined;
}
