import test from 'ava';
import fc from 'fast-check';
import { blurred, parsePoint, parsePointText } from '../../../shared/feeds/values/coordinates.ts';
import { loadLibraries } from '../../../shared/platform/libraries.ts';

await loadLibraries();

test('spaces, decimal commas, letters and degrees are read', (t) => {
  t.deepEqual(parsePoint('37.862725', ' -1.057777').point, { latitude: 37.862725, longitude: -1.057777 });
  t.deepEqual(parsePoint('40,41', '-3,70').point, { latitude: 40.41, longitude: -3.7 });
  t.deepEqual(parsePoint('38.9N', '0.5W').point, { latitude: 38.9, longitude: -0.5 });
  t.deepEqual(parsePoint('38°54\'0"N', '77°2\'12"W').point, { latitude: 38.9, longitude: -77.0366667 });
});

test('databases leave out the zero before the point, or write exponents', (t) => {
  t.deepEqual(parsePoint('38.07', '-.73', 'ES').point, { latitude: 38.07, longitude: -0.73 });
  t.deepEqual(parsePoint('3.807E+01', '-7.3E-1', 'ES').point, { latitude: 38.07, longitude: -0.73 });
  t.deepEqual(parsePoint('51,5', ',12').point, { latitude: 51.5, longitude: 0.12 });
  t.deepEqual(parsePoint('33.04E', '34.68N').point, { latitude: 34.68, longitude: 33.04 });
  for (const text of ['38.07,-.73', '38.07 -.73', '38.07; -7.3E-1', 'POINT(-.73 38.07)', 'POINT(-7.3e-1 38.07)'])
    t.deepEqual(parsePointText(text).point, { latitude: 38.07, longitude: -0.73 }, text);
  for (const text of ['.', '-.', '.E1']) t.is(parsePoint(text, '1.5').point, null, text);
});

test('0/0 and other placeholders are no point', (t) => {
  t.deepEqual(parsePoint('0', '0'), { point: null, reason: 'placeholder' });
  t.deepEqual(parsePoint('0.000', '0,0'), { point: null, reason: 'placeholder' });
  t.deepEqual(parsePoint('-1', '-1'), { point: null, reason: 'placeholder' });
  t.deepEqual(parsePoint('99.999999', '999.999999'), { point: null, reason: 'placeholder' });
  t.deepEqual(parsePoint('', '2.1'), { point: null, reason: 'absent' });
  t.deepEqual(parsePoint('here', 'there'), { point: null, reason: 'unreadable' });
});

test('swapped axes are turned when only then the point is on earth or in the country', (t) => {
  t.deepEqual(parsePoint('-93.7', '42.2'), { point: { latitude: 42.2, longitude: -93.7 }, swapped: true });
  t.deepEqual(parsePoint('-3.70', '40.41', 'ES'), { point: { latitude: 40.41, longitude: -3.7 }, swapped: true });
  t.deepEqual(parsePoint('40.41', '-3.70', 'ES'), { point: { latitude: 40.41, longitude: -3.7 }, swapped: false });
  t.deepEqual(parsePoint('33.04E', '34.68N', 'CY'), { point: { latitude: 34.68, longitude: 33.04 }, swapped: true });
});

test('a point outside of the country or the earth is dropped', (t) => {
  t.deepEqual(parsePoint('22.22', '22.22', 'DE'), { point: null, reason: 'out-of-place' });
  t.deepEqual(parsePoint('222', '22'), { point: null, reason: 'out-of-place' });
  t.deepEqual(parsePoint('28.1', '-15.4', 'ES').point, { latitude: 28.1, longitude: -15.4 }, 'the Canaries are Spain');
});

test('without a country the location’s turns a point that lies there only when swapped', (t) => {
  t.deepEqual(parsePoint('55.1403', '25.0805', null, 'AE'), {
    point: { latitude: 25.0805, longitude: 55.1403 },
    swapped: true,
  });
  t.deepEqual(parsePointText('55.1403,25.0805', undefined, 'AE'), {
    point: { latitude: 25.0805, longitude: 55.1403 },
    swapped: true,
  });
  t.deepEqual(parsePoint('40.4', '-3.7', undefined, 'AE'), {
    point: { latitude: 40.4, longitude: -3.7 },
    swapped: false,
  });
  t.deepEqual(parsePoint('55.1403', '25.0805', 'LT', 'AE'), {
    point: { latitude: 55.1403, longitude: 25.0805 },
    swapped: false,
  });
  t.deepEqual(parsePoint('55.1', '25.1', null, 'XX'), { point: { latitude: 55.1, longitude: 25.1 }, swapped: false });
});

test('a point in one text is read', (t) => {
  t.deepEqual(parsePointText('55.07,82.96').point, { latitude: 55.07, longitude: 82.96 });
  t.deepEqual(parsePointText('40,4168; -3,7038').point, { latitude: 40.4168, longitude: -3.7038 });
  t.deepEqual(parsePointText('40,4168 -3,7038').point, { latitude: 40.4168, longitude: -3.7038 });
  t.deepEqual(parsePointText('POINT(-3.7 40.4)').point, { latitude: 40.4, longitude: -3.7 });
  for (const text of [
    '(34.7071, 33.0826)',
    '[34.7071,33.0826]',
    '34.7071/33.0826',
    '34.7071 / 33.0826',
    '( 34,7071; 33,0826 )',
  ])
    t.deepEqual(parsePointText(text).point, { latitude: 34.7071, longitude: 33.0826 }, text);
  t.is(parsePointText('n/a').point, null);
  t.is(parsePointText('Costa del Este, Ciudad de Panamá').point, null);
});

test('the point of a hidden address is known to about a kilometre', (t) => {
  t.deepEqual(blurred({ latitude: 37.8652808, longitude: -0.7649835 }), { latitude: 37.87, longitude: -0.76 });
});

test('whatever is written, a point is on earth', (t) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[-\d.,°NSEW ]{0,12}$/), fc.stringMatching(/^[-\d.,°NSEW ]{0,12}$/), (a, b) => {
      const { point } = parsePoint(a, b);
      t.true(point === null || (Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180));
    }),
  );
});
