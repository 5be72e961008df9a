import type { Clock } from '../shared/platform/clock.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { maskPath } from '../shared/platform/mask-url.ts';
import { json } from '../shared/runs/job-handler.ts';
import { callerAddress, createCallerBrake } from './caller-brake.ts';

type Handle = (request: Request, path: string) => Promise<Response>;

/** @param peer the connection's address */
export function guardCallers(
  handle: Handle,
  clock: Clock,
  log: Logger,
): (request: Request, path: string, peer?: string) => Promise<Response> {
  const brake = createCallerBrake(clock);
  return async function handleCaller(request, path, peer) {
    if (!request.headers.has('authorization')) return handle(request, path);
    const address = callerAddress(peer, request.headers.get('x-forwarded-for'));
    if (!(await brake.enter(address)))
      return json({ error: 'Too many requests: this address has sent wrong tokens or passwords' }, 429, {
        'retry-after': '60',
      });
    const response = await handle(request, path);
    if (response.status === 401) {
      brake.refused(address);
      log.warn({ address, path: maskPath(path.slice(0, 200)) }, 'refused: a wrong token or password');
    } else brake.accepted(address);
    return response;
  };
}
