import test from 'ava';
import fc from 'fast-check';
import { areaUnitFactor, parseArea } from '../../../shared/feeds/values/areas.ts';

test('areas become square metres', (t) => {
  const readings: readonly (readonly [string, string | undefined, number])[] = [
    ['120', undefined, 120],
    ['120 m²', undefined, 120],
    ['120m2', undefined, 120],
    ['75,5 mp', undefined, 75.5],
    ['75 mp utili', undefined, 75],
    ['1.076,39', undefined, 1076.39],
    ['1.250 m2', undefined, 1250],
    ['120.500', undefined, 120.5],
    ['1,200 sq ft', undefined, 111.48],
    ['1200', 'feet', 111.48],
    ['1200', 'Square Feet', 111.48],
    ['2.5 acres', undefined, 10_117.14],
    ['3/4 acre', undefined, 3035.14],
    ['1 1/2', 'acres', 6070.28],
    ['1½ acres', undefined, 6070.28],
    ['120/80 m2', undefined, 120],
    ['1', 'acres', 4046.86],
    ['6', 'сот', 600],
    ['5.08', 'sotka', 508],
    ['1,5', 'га', 15_000],
    ['27.0', 'кв.м', 27],
    ['40', 'square', 371.61],
    ['2', 'donum', 2675.61],
    ['3 στρέμματα', undefined, 3000],
    ['4 στρ.', undefined, 4000],
    ['2 dönüm', undefined, 2000],
    ['140 - 452', 'squareMeter', 140],
    ['66', 'square metres', 66],
    ['15', 'ha', 150_000],
  ];
  for (const [text, unit, expected] of readings) t.is(parseArea(text, { unit }), expected, `${text} ${unit ?? ''}`);
});

test('placeholders are unknown areas', (t) => {
  for (const text of ['', '0', '0.00', '1', '-1', '---', 'Available Now', 'n/a']) t.is(parseArea(text), null, text);
});

test('an unknown unit is distinguished from an unknown area', (t) => {
  t.is(parseArea('12', { unit: 'parsecs' }), undefined);
  for (const text of ['120 foo', '3 kappa']) t.is(parseArea(text), undefined, text);
  for (const text of ['120 built', '120 útiles', '120 approx.', '120 mt2', '120-140', 'ca. 120'])
    t.is(parseArea(text), 120, text);
  t.is(parseArea('12', { unit: '' }), 12);
  t.is(areaUnitFactor('parsecs'), null);
});

test('a unit in the text beats the unit of its own field', (t) => {
  t.is(parseArea('1200 sq ft', { unit: 'm2' }), 111.48);
});

test('areas are never negative and have at most two decimals', (t) => {
  fc.assert(
    fc.property(fc.stringMatching(/^-?[\d.,]{0,9}( ?(m2|sq ft|ha|acre|сот))?$/), (text) => {
      const area = parseArea(text);
      t.true(area === null || area === undefined || (area >= 0 && area === Number(area.toFixed(2))), text);
    }),
  );
});
