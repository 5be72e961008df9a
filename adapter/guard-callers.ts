import type { Clock } from '../shared/platform/clock.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { maskPath } from '../shared/platform/mask-url.ts';
import { json } from '../shared/runs/job-handler.ts';
import { callerAddress, createCallerBrake } from './caller-brake.ts';
import type { Guard } from './routes.ts';

export function guardCallers(clock: Pick<Clock, 'now' | 'wait'>, log: Logger): Guard {
  const brake = createCallerBrake(clock);
  return async function handleCaller(handle, request, path, peer) {
    if (!request.headers.has('authorization')) return handle();
    const address = callerAddress(peer, request.headers.get('x-forwarded-for'));
    if (!(await brake.enter(address)))
      return json({ error: 'Too many requests: this address has sent wrong tokens or passwords' }, 429, {
        'retry-after': '60',
      });
    const response = await handle();
    if (response.status === 401) {
      brake.refused(address);
      log.warn({ address, path: maskPath(path.slice(0, 200)) }, 'refused: a wrong token or password');
      // An error may be answered before the token is looked at.
    } else if (response.status < 400) brake.accepted(address);
    return response;
  };
}
