/**
 * Slows down whoever tries tokens or passwords: after some wrong ones an address has its requests looked at one after
 * the other, each later than the one before, right or wrong, so that guessing side by side gains nothing.
 */

import ipaddr from 'ipaddr.js';
import { minute, second, type Clock } from '../shared/platform/clock.ts';

/** Wrong ones that cost nothing: people mistype. */
const freeAttempts = 5;
const firstDelayMs = 250;
const maxDelayMs = 5 * second;
/** Requests of one address that wait; more are turned away. */
const maxWaiting = 20;
/** After this long without a wrong one, nothing is held against an address (ms). */
const forgottenMs = 10 * minute;
const maxAddresses = 10_000;

/** How long a request waits after so many wrong ones of its address (ms). Pure. */
function brakeMs(failures: number): number {
  if (failures < freeAttempts) return 0;
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - freeAttempts));
}

/**
 * Who calls. A proxy on this host says for whom it does (the last entry is its own); of an IPv6 address the first half
 * counts, since the other one is the caller's to choose. Pure.
 */
export function callerAddress(peer: string | undefined, forwardedFor: string | null): string {
  const isLocal = peer === undefined || /^(::ffff:)?127\.|^::1$/.test(peer);
  const last = isLocal ? forwardedFor?.split(',').at(-1)?.trim() : undefined;
  const written = last || peer || 'local';
  if (!ipaddr.isValid(written)) return written.slice(0, 64);
  const address = ipaddr.process(written);
  return address instanceof ipaddr.IPv4 ? address.toString() : `${address.parts.slice(0, 4).map(hex).join(':')}::/64`;
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
  /** Waits for the turn of a request with credentials; `false` when too many of its address wait already. */
  enter(address: string): Promise<boolean>;
  /** What came was wrong. */
  refused(address: string): void;
  /** What came was right. */
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
      // Begun again at the end: the first is the one that was quiet longest.
      callers.delete(address);
      callers.set(address, caller);
      const [oldest] = callers.keys();
      if (callers.size > maxAddresses && oldest !== undefined) callers.delete(oldest);
    },
    accepted: (address) => void callers.delete(address),
  };
}
