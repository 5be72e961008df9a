/** What a run is going to do, one listing at a time. A plan holds decisions, not documents. */

import type { Item, Row } from './facts.ts';
import type { Because } from './identity.ts';

/** Why an item changes nothing. */
type Left =
  | 'duplicate'
  /** The whole file is older than what is stored. */
  | 'older'
  /** Staff put the listing into the trash. */
  | 'trashed'
  /** It may be one of several listings. */
  | 'ambiguous'
  /** It may be a known listing under another id: the feed ended before that could be told. */
  | 'unsure'
  /** It withdraws what is not known here. */
  | 'unknown'
  /** It withdraws its listing, and a person is asked first. */
  | 'held'
  /** It lost most of what its listing had, and a person is asked first. */
  | 'hollow';

export type Change =
  | { readonly do: 'insert'; readonly item: Item; readonly id: string }
  /** `refresh`: the same in other bytes; people see no change. */
  | {
      readonly do: 'refresh' | 'update' | 'restore' | 'withdraw';
      readonly item: Item;
      readonly row: Row;
      readonly id: string;
      /** The id has gone over to another listing. */
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
