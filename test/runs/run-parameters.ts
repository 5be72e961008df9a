import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../shared/platform/errors.ts';
import { parseRunParameters, recordedParameters } from '../../shared/runs/run-parameters.ts';
import type { ParameterName } from '../../shared/runs/job.ts';

const all: ParameterName[] = ['accountId', 'feedId', 'locationId', 'contactId', 'dryRun', 'confirmRemovals'];
const id = '0123456789ABCDEF01234567';
const parse = (query: string, allowed = all) => parseRunParameters(new URLSearchParams(query), allowed);

test('reads ids and flags', (t) => {
  t.deepEqual(parse(''), { dryRun: false, confirmRemovals: false });
  t.deepEqual(parse(`accountId=${id}&dryRun=1`), { accountId: id.toLowerCase(), dryRun: true, confirmRemovals: false });
  t.true(parse(`confirmRemovals=1&feedId=${id}`).confirmRemovals);
  t.false(parse('confirmRemovals=0').confirmRemovals);
  for (const on of ['dryRun', 'dryRun=', 'dryRun=1', 'dryRun=true']) t.true(parse(on).dryRun, on);
  for (const off of ['dryRun=0', 'dryRun=false']) t.false(parse(off).dryRun, off);
});

test('of a run is recorded what it was narrowed to, and nothing of one over everything', (t) => {
  const all = { dryRun: false, confirmRemovals: false };
  t.is(recordedParameters(all), undefined);
  t.deepEqual(recordedParameters({ ...all, dryRun: true }), { dryRun: true });
  t.deepEqual(recordedParameters({ ...all, feedId: 'f', confirmRemovals: true }), {
    feedId: 'f',
    confirmRemovals: true,
  });
});

test('what is unknown, repeated or malformed is refused, so that nothing runs wider than meant', (t) => {
  const refused: [string, ParameterName[], RegExp][] = [
    ['dryrun=1', all, /Unknown parameter "dryrun"/],
    ['dryRun=1', [], /Unknown parameter "dryRun": this job accepts none/],
    ['__proto__=1', all, /Unknown parameter/],
    ['toString=1', all, /Unknown parameter/],
    [`feedId=${id}&feedId=${id}`, all, /feedId is given twice/],
    ['dryRun=1&dryRun=0', all, /dryRun is given twice/],
    ['dryRun=yes', all, /dryRun: expected 1 or 0, got "yes"/],
    ['feedId=', all, /feedId: expected an id of 24 hexadecimal digits, got ""/],
    [`feedId=${id}0`, all, /feedId: expected an id/],
    ['feedId[$ne]=1', all, /Unknown parameter/],
    ['confirmRemovals=1', all, /confirmRemovals: expected a feedId/],
    [`confirmRemovals=1&locationId=${id}`, all, /confirmRemovals: expected a feedId/],
  ];
  for (const [query, allowed, message] of refused)
    t.throws(() => parse(query, allowed), { instanceOf: UsageError, message }, query);
});

test('any query is read or refused, and a refusal repeats at most 50 characters', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.oneof(fc.constantFrom(...all), fc.string({ maxLength: 200 })), fc.string({ maxLength: 200 })),
        ),
        (pairs) => {
          try {
            parseRunParameters(pairs, all);
            return true;
          } catch (error) {
            return error instanceof UsageError && error.message.length < 500;
          }
        },
      ),
    ),
  );
});
