import test from 'ava';
import { Types } from 'mongoose';
import { readRun, type StoredRun } from '../../shared/models/read-run.ts';

const _id = new Types.ObjectId('6b0d403a9c25998d1a1f659f');
const startedAt = new Date('2026-11-30T10:00:00Z');
const sound = {
  _id,
  job: 'sync-feeds',
  status: 'partial',
  trigger: 'cron',
  parameters: { dryRun: true },
  startedAt,
  durationMs: 20,
  counts: { new: 1 },
  errors: [{ scope: 'a', code: 'b', message: 'c', retryable: true }],
  progress: { message: 'm', done: 1 },
} satisfies StoredRun;

test('a valid run is shown unchanged', (t) => {
  const { _id: id, ...values } = sound;
  t.like(readRun(sound), { runId: String(id), ...values });
});

test('a value of the wrong kind is left out, the others are shown', (t) => {
  const cases: readonly [name: string, stored: StoredRun, shown: object][] = [
    ['a text id', { _id: String(_id) }, { runId: String(_id) }],
    ['an id that is none', { _id: 7 }, { runId: '' }],
    ['an unknown status', { status: 'fine' }, { status: undefined }],
    ['a status that is a list', { status: ['failed'] }, { status: undefined }],
    ['a time as text', { startedAt: '2026-11-30' }, { startedAt: undefined }],
    ['a date that is none', { startedAt: new Date(Number.NaN) }, { startedAt: undefined }],
    ['a duration in digits', { durationMs: '20' }, { durationMs: 20 }],
    ['a duration in words', { durationMs: 'long' }, { durationMs: undefined }],
    ['counts that are none', { counts: 'many' }, { counts: {} }],
    ['one odd count', { counts: { new: 1, same: 'five', gone: Number.NaN } }, { counts: { new: 1 } }],
    ['errors that are no list', { errors: 'why' }, { errors: [] }],
    ['an error without a text', { errors: [{ scope: 'a' }, null, ...sound.errors] }, { errors: sound.errors }],
    ['an error of odd parts', { errors: [{ scope: 1, message: 'c', retryable: 'yes' }] }, { errors: [readsAs('c')] }],
    ['parameters that are text', { parameters: 'dryRun' }, { parameters: undefined }],
    ['an odd parameter', { parameters: { dryRun: true, feedId: 7 } }, { parameters: { dryRun: true } }],
    ['progress without words', { progress: { done: 1 } }, { progress: undefined }],
    [
      'progress of odd numbers',
      { progress: { message: 'm', done: 'one', total: null } },
      { progress: { message: 'm' } },
    ],
  ];
  for (const [name, stored, shown] of cases)
    t.deepEqual(readRun({ ...sound, ...stored }), { ...readRun(sound), ...shown } as never, name);
});

function readsAs(message: string) {
  return { scope: '', code: '', message, retryable: false };
}
