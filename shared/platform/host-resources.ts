import { loadavg } from 'node:os';

export interface HostResources {
  /** Memory (MB) for one more process, honouring control groups. */
  readonly availableMb: number;
  /** 1-minute average. */
  readonly load: number;
}

export interface ResourceNeeds {
  readonly minFreeMb: number;
  readonly maxLoad: number;
}

export function readHostResources(): HostResources {
  return { availableMb: Math.floor(process.availableMemory() / 1_048_576), load: loadavg()[0] ?? 0 };
}

export interface ResourceShortage {
  readonly reason: 'low-memory' | 'high-load';
  readonly detail: string;
}

/** Pure. */
export function resourceShortage(host: HostResources, needs: ResourceNeeds): ResourceShortage | undefined {
  if (host.availableMb < needs.minFreeMb) {
    return {
      reason: 'low-memory',
      detail: `${host.availableMb} MB of memory are available, but the job needs ${needs.minFreeMb} MB`,
    };
  }
  if (host.load > needs.maxLoad) {
    return {
      reason: 'high-load',
      detail: `the 1-minute load is ${host.load.toFixed(2)}, the limit is ${needs.maxLoad.toFixed(2)}`,
    };
  }
  return undefined;
}
