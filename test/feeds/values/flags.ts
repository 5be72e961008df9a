import test from 'ava';
import { saysYes } from '../../../shared/feeds/values/flags.ts';

test('a flag says yes, no, or nothing', (t) => {
  for (const [text, said] of [
    ['1', true],
    ['yes', true],
    ['Sí', true],
    ['2026-03-01', true],
    ['sold', true],
    ['active', true],
    ['0', false],
    ['0.00', false],
    ['-1', false],
    ['no', false],
    ['nein', false],
    ['0000-00-00 00:00:00', false],
    ['withdrawn', false],
    ['', null],
    ['  ', null],
  ] as const)
    t.is(saysYes(text), said, text);
});
