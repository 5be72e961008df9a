import test from 'ava';
import { countryOfPoint, mayLieIn } from '../../../shared/feeds/values/country-of-point.ts';
import { loadLibraries } from '../../../shared/platform/libraries.ts';

await loadLibraries();

test('a point lies in a country, or in none', (t) => {
  const cases: readonly [name: string, latitude: number | null, longitude: number | undefined, country?: string][] = [
    ['Madrid', 40.41, -3.7, 'ES'],
    ['the Canary Islands', 28.1, -15.4, 'ES'],
    ['Limassol', 34.68, 33.04, 'CY'],
    ['Sydney', -33.87, 151.2, 'AU'],
    ['Guadeloupe', 16.24, -61.53, 'FR'],
    ['the middle of the Atlantic', 30, -40],
    ['half a point', null, 151.2],
    ['the other half', 40.41, undefined],
  ];
  for (const [name, latitude, longitude, country] of cases) t.is(countryOfPoint(latitude, longitude), country, name);
});

test('a point may lie in a country when it is not far off it', (t) => {
  const cases: readonly [name: string, country: string, latitude: number, longitude: number, may?: boolean][] = [
    ['Madrid', 'ES', 40.41, -3.7, true],
    ['Madrid is not in Portugal', 'PT', 40.41, -3.7, false],
    ['a beach', 'ES', 36.5, -4.6, true],
    ['just over the border', 'PT', 42.05, -8.6, true],
    ['on ground that two count as theirs', 'UA', 44.95, 34.1, true],
    ['what is no country', 'XX', 40.41, -3.7, undefined],
    ['what is no code', 'Spain', 40.41, -3.7, undefined],
  ];
  for (const [name, country, latitude, longitude, may] of cases)
    t.is(mayLieIn(country, latitude, longitude), may, name);
});
