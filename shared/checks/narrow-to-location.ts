import type { RunContext } from '../runs/run-context.ts';

/** The part of a filter that narrows a check to the run's location, if it has one. */
export function toLocation({ parameters }: RunContext): { locationId?: string } {
  return parameters.locationId ? { locationId: parameters.locationId } : {};
}
