import type { Item, Row } from './facts.ts';
import type { Because } from './identity.ts';

type Left =
  | 'duplicate'
  | 'older'
  | 'trashed'
  /** Several listings may be meant. */
  | 'ambiguous'
  /** Possibly a known listing's new id: the feed ended too early to tell. */
  | 'unsure'
  | 'unknown'
  | 'held'
  | 'hollow';

export type Change =
  | { readonly do: 'insert'; readonly item: Item; readonly id: string }
  /** `refresh`: same content, other bytes. */
  | {
      readonly do: 'refresh' | 'update' | 'restore' | 'withdraw';
      readonly item: Item;
      readonly row: Row;
      readonly id: string;
      readonly hasMoved: boolean;
    }
  | {
      readonly do: 'rename';
      readonly item: Item;
      readonly row: Row;
      readonly id: string;
      readonly because: Because;
    }
  | {
      readonly do: 'mark' | 'withdraw-absent' | 'hold' | 'release';
      readonly row: Row;
      readonly because: 'absent' | 'by-name' | 'confirmed' | 'there';
    }
  | { readonly do: 'leave'; readonly item: Item; readonly row?: Row; readonly because: Left };
