/**
 * Slows down guessing of tokens: after some wrong ones, an address's requests are handled one by one with growing
 * delays.
 */

import ipaddr from 'ipaddr.js';
import { minute, second, type Clock } from '../shared/platform/clock.ts';

const freeAttempts = 5;
const firstDelayMs = 250;
const maxDelayMs = 5 * second;
/** Per address; more are turned away. */
const maxWaiting = 20;
const forgottenMs = 10 * minute;
const maxAddresses = 10_000;

/** The delay (ms) of a request. Pure. */
function brakeMs(failures: number): number {
  if (failures < freeAttempts) return 0;
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - freeAttempts));
}

/**
 * A proxy on this host adds the caller as the last entry. Of IPv6 the first half counts: callers choose the other.
 * Pure.
 */
export function callerAddress(peer: string | undefined, forwardedFor: string | null): string {
  const isLocal = peer === undefined || /^(::ffff:)?127\.|^::1$/.test(peer);
  const last = isLocal ? withoutPort(forwardedFor?.split(',').at(-1)?.trim()) : undefined;
  const written = last || peer || 'local';
  if (!ipaddr.isValid(written)) return written.slice(0, 64);
  const address = ipaddr.process(written);
  return address instanceof ipaddr.IPv4 ? address.toString() : `${address.parts.slice(0, 4).map(hex).join(':')}::/64`;
}

/** Some proxies add the port, which the caller chooses. */
function withoutPort(written: string | undefined): string | undefined {
  return written?.replace(/^\[(.+)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
}

function hex(part: number): string {
  return part.toString(16);
}

interface Caller {
  failures: number;
  failedAt: number;
  waiting: number;
  turn: Promise<void>;
}

export interface CallerBrake {
  enter(address: string): Promise<boolean>;
  refused(address: string): void;
  accepted(address: string): void;
}

export function createCallerBrake(clock: Pick<Clock, 'now' | 'wait'>): CallerBrake {
  const callers = new Map<string, Caller>();

  function known(address: string): Caller | undefined {
    const caller = callers.get(address);
    if (caller && clock.now().getTime() - caller.failedAt > forgottenMs && caller.waiting === 0) {
      callers.delete(address);
      return undefined;
    }
    return caller;
  }

  return {
    async enter(address) {
      const caller = known(address);
      if (!caller || brakeMs(caller.failures) === 0) return true;
      if (caller.waiting >= maxWaiting) return false;
      caller.waiting += 1;
      caller.turn = caller.turn.then(() => clock.wait(brakeMs(caller.failures)));
      await caller.turn.finally(() => (caller.waiting -= 1));
      return true;
    },
    refused(address) {
      const caller = known(address) ?? { failures: 0, failedAt: 0, waiting: 0, turn: Promise.resolve() };
      caller.failures += 1;
      caller.failedAt = clock.now().getTime();
      // Keeps the longest quiet address first.
      callers.delete(address);
      callers.set(address, caller);
      const [oldest] = callers.keys();
      if (callers.size > maxAddresses && oldest !== undefined) callers.delete(oldest);
    },
    accepted: (address) => void callers.delete(address),
  };
}
