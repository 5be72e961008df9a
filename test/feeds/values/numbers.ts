import test from 'ava';
import fc from 'fast-check';
import { findNumbers, parseNumber, roundTo } from '../../../shared/feeds/values/numbers.ts';

const readings: readonly (readonly [string, number | null])[] = [
  ['1.250.000,00', 1_250_000],
  ['1,250,000.00', 1_250_000],
  ["1'250'000", 1_250_000],
  ['1’250’000.5', 1_250_000.5],
  ['1 250 000', 1_250_000],
  ['1\u00a0250\u202f000,50', 1_250_000.5],
  ['1.250', 1250],
  ['1,250', 1250],
  ['0.250', 0.25],
  ['12.5', 12.5],
  ['12,5', 12.5],
  ['1234.567', 1234.567],
  ['1.076,39', 1076.39],
  ['212736.842105263', 212736.842105263],
  ['12,50,000', 1_250_000],
  ['−3,5', -3.5],
  ['+7', 7],
  ['.5', 0.5],
  ['１２３', 123],
  ['08001', 8001],
  ['', null],
  ['1e5', null],
  ['0x1F', null],
  ['12.3.4', null],
  ['1,2,3', null],
  ['1.25.000,00', null],
  ['3 bedrooms', null],
  ['12 5', null],
  ['1,2.3,4', null],
];

test('thousands and decimals are distinguished by the last mark and the size of the groups', (t) => {
  for (const [text, expected] of readings) t.is(parseNumber(text), expected, text);
});

test('one lone group of three is decided by the kind of value', (t) => {
  t.is(parseNumber('40.416', { loneGroup: 'decimal' }), 40.416);
  t.is(parseNumber('40.416', { loneGroup: 'thousands' }), 40416);
  t.is(parseNumber('1.250', { decimal: '.' }), 1.25, 'a locale settles it');
  t.is(parseNumber('1.250', { decimal: ',' }), 1250);
});

const marks = fc.constantFrom(
  ['.', ','] as const,
  [',', '.'] as const,
  ["'", '.'] as const,
  [' ', ','] as const,
  ['\u00a0', ','] as const,
);

test('any amount written with any grouping and two decimals is read back', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), marks, (cents, [group, decimal]) => {
      const whole = Math.floor(cents / 100);
      const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, group);
      const text = `${grouped}${decimal}${String(cents % 100).padStart(2, '0')}`;
      t.is(parseNumber(text), roundTo(cents / 100, 2), text);
    }),
  );
});

test('whole numbers of at least four groups of digits need no decimals to be read', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000_000, max: 999_999_999_999 }),
      fc.constantFrom('.', ',', "'", ' '),
      (number, group) => {
        t.is(parseNumber(String(number).replace(/\B(?=(\d{3})+$)/g, group)), number);
      },
    ),
  );
});

test('any text at all gives a finite number or null', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[-+\d., ']{0,20}$/)), (text) => {
      const value = parseNumber(text);
      t.true(value === null || Number.isFinite(value), text);
    }),
  );
});

test('numbers are found inside of text, ranges give both ends', (t) => {
  t.deepEqual(findNumbers('ab 450.000 EUR'), ['450.000']);
  t.deepEqual(findNumbers('370-415'), ['370', '415']);
  t.deepEqual(findNumbers('Between $400,000 and $600,000'), ['400,000', '600,000']);
  t.deepEqual(findNumbers('1 250 000,50 €'), ['1 250 000,50']);
  t.deepEqual(findNumbers('3, 120'), ['3', '120']);
  t.deepEqual(findNumbers('no digits'), []);
});

test('rounding does not drift', (t) => {
  t.is(roundTo(1.005, 2), 1.01);
  t.is(roundTo(4046.8564224, 2), 4046.86);
  t.is(roundTo(1e-9, 2), 0);
});
