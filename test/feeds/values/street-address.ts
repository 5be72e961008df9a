import test from 'ava';
import { streetAddress } from '../../../shared/feeds/values/street-address.ts';

test('a house number stands where the country writes it, once', (t) => {
  for (const [street, number, country, line] of [
    ['Mill Lane', '11', 'GB', '11 Mill Lane'],
    ['Mühlgasse', '11a', 'DE', 'Mühlgasse 11a'],
    ['Rua das Flores', '11', 'PT', 'Rua das Flores, 11'],
    ['Rue Haute', '11', 'FR', '11 Rue Haute'],
    ['Somewhere', '11', undefined, 'Somewhere 11'],
    ['Mühlgasse 11', '11', 'DE', 'Mühlgasse 11'],
    ['11 Mill Lane', '11', 'GB', '11 Mill Lane'],
    ['Calle Mayor', 's/n', 'ES', 'Calle Mayor'],
    ['Calle Mayor', '0', 'ES', 'Calle Mayor'],
    ['', '11', 'DE', ''],
  ] as const)
    t.is(streetAddress(street, number, country), line);
});
