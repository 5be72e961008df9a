/** Delta rounds, oddities included. A token carries its query. */

import type { MailboxState } from './graph-mailbox.ts';

export interface DeltaQuirks {
  /** Before each real page. */
  emptyPages: boolean;
  /** Again on the next page. */
  repeatItems: boolean;
  /** The order is not promised. */
  reversed: boolean;
  /** A change of the read state shows id, isRead and parentFolderId only (microsoft-graph-docs#7776). */
  partialUpdates: boolean;
  /** Out and back between two rounds is reported as removed (microsoft-graph-docs#21752). */
  returnIsRemoval: boolean;
  /** What came and left between two rounds is not reported. */
  omitsTransient: boolean;
  /** Messages per walk with $filter. */
  maxFilteredWalk: number;
  /** Larger pages are refused with 413. */
  maxPageBytes: number;
}

export const plainGraph: DeltaQuirks = {
  emptyPages: false,
  repeatItems: false,
  reversed: false,
  partialUpdates: true,
  returnIsRemoval: true,
  omitsTransient: true,
  maxFilteredWalk: 5000,
  maxPageBytes: Infinity,
};

export interface DeltaQuery {
  readonly scope: string;
  readonly select: string;
  readonly expand: string;
  readonly since: string;
  readonly immutable: boolean;
}

export interface DeltaToken extends DeltaQuery {
  readonly generation: number;
  readonly kind: 'walk' | 'round';
  /** Log number where the walk began, or the last round ended. */
  readonly base: number;
  readonly upTo: number;
  readonly offset: number;
  readonly after: string;
  readonly emptyShown: boolean;
}

export interface DeltaItem {
  readonly id: string;
  readonly as: 'full' | 'flags' | 'removed';
}

export interface DeltaPage {
  readonly items: readonly DeltaItem[];
  readonly next?: DeltaToken;
  readonly delta?: DeltaToken;
}

export function startWalk(state: MailboxState, query: DeltaQuery): DeltaToken {
  const now = state.log.at(-1)?.seq ?? 0;
  return {
    ...query,
    generation: state.generation,
    kind: 'walk',
    base: now,
    upTo: now,
    offset: 0,
    after: '',
    emptyShown: false,
  };
}

export function encodeToken(token: DeltaToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

export function decodeToken(text: string): DeltaToken | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as DeltaToken;
  } catch {
    return undefined;
  }
}

export function deltaPage(state: MailboxState, token: DeltaToken, pageSize: number, quirks: DeltaQuirks): DeltaPage {
  if (quirks.emptyPages && !token.emptyShown) return { items: [], next: { ...token, emptyShown: true } };
  return token.kind === 'walk' ? walkPage(state, token, pageSize, quirks) : roundPage(state, token, pageSize, quirks);
}

function walkPage(state: MailboxState, token: DeltaToken, pageSize: number, quirks: DeltaQuirks): DeltaPage {
  // What comes later is the first round's.
  const rows = candidates(state, token)
    .filter(({ id }) => (cameTo(state, token, id) ?? 0) <= token.base)
    .sort((a, b) => (a.key < b.key ? 1 : -1));
  if (quirks.reversed) rows.reverse();
  const limited = token.since ? rows.slice(0, quirks.maxFilteredWalk) : rows;
  const isAfter = (key: string) => token.after === '' || (quirks.reversed ? key > token.after : key < token.after);
  const left = limited.filter((row) => isAfter(row.key));
  const page = left.slice(0, pageSize);
  const repeated = quirks.repeatItems && token.after !== '' ? limited.filter((row) => row.key === token.after) : [];
  const items: DeltaItem[] = [...repeated, ...page].map((row) => ({ id: row.id, as: 'full' }));
  if (left.length > page.length)
    return { items, next: { ...token, after: page.at(-1)?.key ?? token.after, emptyShown: false } };
  return { items, delta: { ...token, kind: 'round', after: '', offset: 0, upTo: 0, emptyShown: false } };
}

function roundPage(state: MailboxState, token: DeltaToken, pageSize: number, quirks: DeltaQuirks): DeltaPage {
  const upTo = token.upTo || (state.log.at(-1)?.seq ?? 0);
  const window = state.log.filter(
    (entry) => entry.scope === token.scope && entry.seq > token.base && entry.seq <= upTo,
  );
  const ids = [...new Set(window.map((entry) => entry.id).reverse())].reverse();
  const present = new Set(candidates(state, token).map((row) => row.id));
  const all: DeltaItem[] = ids.flatMap((id): DeltaItem[] => {
    const kinds = window.filter((entry) => entry.id === id).map((entry) => entry.kind);
    if (quirks.omitsTransient && !present.has(id) && (cameTo(state, token, id) ?? 0) > token.base) return [];
    if (!present.has(id)) return kinds.includes('left') || token.since === '' ? [{ id, as: 'removed' }] : [];
    if (quirks.returnIsRemoval && kinds.includes('left')) return [{ id, as: 'removed' }];
    return [{ id, as: quirks.partialUpdates && kinds.every((kind) => kind === 'flags') ? 'flags' : 'full' }];
  });
  const start = quirks.repeatItems && token.offset > 0 ? token.offset - 1 : token.offset;
  const end = token.offset + pageSize;
  const items = all.slice(start, end);
  if (end < all.length) return { items, next: { ...token, upTo, offset: end, emptyShown: false } };
  return { items, delta: { ...token, base: upTo, upTo: 0, offset: 0, emptyShown: false } };
}

function cameTo(state: MailboxState, token: DeltaToken, id: string): number | undefined {
  return state.log.find((entry) => entry.scope === token.scope && entry.id === id)?.seq;
}

function candidates(state: MailboxState, token: DeltaToken): { id: string; key: string }[] {
  if (token.scope === 'contacts') return Object.keys(state.contacts).map((id) => ({ id, key: id }));
  return Object.values(state.messages)
    .filter((message) => message.folderId === token.scope && (token.since === '' || message.receivedAt >= token.since))
    .map((message) => ({ id: message.id, key: `${message.receivedAt}/${message.id}` }));
}
