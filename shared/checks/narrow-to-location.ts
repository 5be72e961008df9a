import { idSpellings } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';

/** Filter by the run's location, in any spelling. */
export function toLocation({ parameters }: RunContext): object {
  return parameters.locationId ? { locationId: { $in: idSpellings(parameters.locationId) } } : {};
}
