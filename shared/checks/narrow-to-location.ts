import { idSpellings } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';

/** The part of a driver's filter that narrows a check to the run's location, if it has one, however it is spelled. */
export function toLocation({ parameters }: RunContext): object {
  return parameters.locationId ? { locationId: { $in: idSpellings(parameters.locationId) } } : {};
}
