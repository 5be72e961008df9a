/** How fields must be stored. Unambiguous values are repaired, others left to a person. Pure. */

import { Types } from 'mongoose';
import { storedDate, storedFlag, storedId, storedMoment } from './stored-value.ts';
import {
  offerStatuses,
  propertyStatuses,
  publicationStatuses,
  qualificationStages,
  storedWord,
  viewingStatuses,
} from './stored-word.ts';

/** `key`: `_id`; `owner`: required; a list: one of these words. */
export type FieldKind = 'key' | 'owner' | 'id' | 'ids' | 'date' | 'deletion' | 'flag' | readonly string[];

const tenant = { _id: 'key', locationId: 'owner', deletedAt: 'deletion' } as const;

export const recordFields: Readonly<Record<string, Readonly<Record<string, FieldKind>>>> = {
  contacts: {
    ...tenant,
    createdAt: 'date',
    lastActivityAt: 'date',
    expectedFollowUpAt: 'date',
    qualificationStage: qualificationStages,
    'requirements.active': 'flag',
  },
  conversations: { ...tenant, contactId: 'owner' },
  messages: { ...tenant, conversationId: 'id', conversationIds: 'ids' },
  viewings: {
    ...tenant,
    contactId: 'owner',
    propertyId: 'id',
    createdAt: 'date',
    scheduledAt: 'date',
    expectedFollowUpAt: 'date',
    status: viewingStatuses,
    feedbackReceived: 'flag',
  },
  deals: { ...tenant, buyerContactId: 'id', propertyIds: 'ids', conversationIds: 'ids' },
  offers: { ...tenant, dealId: 'owner', createdAt: 'date', validUntil: 'date', status: offerStatuses },
  properties: {
    ...tenant,
    companyId: 'id',
    createdAt: 'date',
    publishedAt: 'date',
    publicationStatus: publicationStatuses,
    status: propertyStatuses,
  },
  companies: tenant,
};

/** `undefined` removes the field. */
type Reading = { readonly is: 'sound' | 'unreadable' } | { readonly is: 'mended'; readonly value: unknown };

const sound: Reading = { is: 'sound' };
const unreadable: Reading = { is: 'unreadable' };

export function readField(kind: FieldKind, value: unknown): Reading {
  if (kind === 'key') return value instanceof Types.ObjectId ? sound : unreadable;
  if (kind === 'ids') return readIds(value);
  if ((value ?? null) === null) return kind === 'owner' ? unreadable : sound;
  if (typeof kind === 'object') return readWord(kind, value);
  if (kind === 'date') return readDate(value);
  if (kind === 'flag') return readFlag(value);
  if (kind === 'deletion') return readDeletion(value);
  if (value instanceof Types.ObjectId) return sound;
  if (value === '' && kind === 'id') return { is: 'mended', value: undefined };
  const id = storedId(value);
  return id ? { is: 'mended', value: id } : unreadable;
}

function readIds(value: unknown): Reading {
  if (value === undefined) return sound;
  if (value === null || value === '') return { is: 'mended', value: [] };
  const list = Array.isArray(value) ? value : [value];
  const named = list.filter((each) => (each ?? '') !== '');
  const ids = named.flatMap((each) => storedId(each) ?? []);
  if (ids.length < named.length) return unreadable;
  const isSound = Array.isArray(value) && value.every((each) => each instanceof Types.ObjectId);
  return isSound ? sound : { is: 'mended', value: ids };
}

function readDate(value: unknown): Reading {
  if (storedDate(value)) return sound;
  if (value === '') return { is: 'mended', value: undefined };
  const date = storedMoment(value);
  return date ? { is: 'mended', value: date } : unreadable;
}

/** A text may be a date, so a person decides. */
function readDeletion(value: unknown): Reading {
  if (storedDate(value)) return sound;
  return value === false || value === '' ? { is: 'mended', value: undefined } : unreadable;
}

function readFlag(value: unknown): Reading {
  if (typeof value === 'boolean') return sound;
  if (typeof value === 'string' && value.trim() === '') return { is: 'mended', value: undefined };
  const flag = storedFlag(value);
  return flag === undefined ? unreadable : { is: 'mended', value: flag };
}

/** A text without letters is no value: the default counts. */
function readWord(words: readonly string[], value: unknown): Reading {
  if (typeof value !== 'string') return unreadable;
  if (words.includes(value)) return sound;
  if (value.trim() === '') return { is: 'mended', value: undefined };
  const word = storedWord(value, words);
  return word === undefined ? unreadable : { is: 'mended', value: word };
}

const scalars = ['string', 'bool', 'int', 'long', 'double', 'decimal', 'object'];

/** Filter: superset of wrong values. */
export function mayBeOdd(kind: FieldKind, field: string): readonly object[] {
  if (kind === 'key') return [{ [field]: { $not: { $type: 'objectId' } } }];
  if (kind === 'ids')
    return [
      { [field]: { $type: [...scalars, 'null', 'date', 'objectId'], $not: { $type: 'array' } } },
      { [field]: { $type: [...scalars, 'null', 'date'] } },
    ];
  if (typeof kind === 'object') return [{ [field]: { $nin: [...kind, null] } }, { [field]: { $type: 'array' } }];
  if (kind === 'flag') return [{ [field]: { $nin: [true, false, null] } }, { [field]: { $type: 'array' } }];
  if (kind === 'date' || kind === 'deletion') return [{ [field]: { $type: [...scalars, 'array'] } }];
  const present = { [field]: { $type: [...scalars, 'date', 'array'] } };
  return kind === 'owner' ? [present, { [field]: null }] : [present];
}
