import test from 'ava';
import { addressFlagOf, isAddressAnswer, statusFlagOf } from '../../../shared/feeds/formats/flag-names.ts';

test('names say what a yes or a no means for the status, the gravest first', (t) => {
  for (const [name, yes, no] of [
    ['is_deleted', 'WITHDRAWN', undefined],
    ['gelöscht', 'WITHDRAWN', undefined],
    ['Active', undefined, 'WITHDRAWN'],
    ['isPublished', undefined, 'WITHDRAWN'],
    ['sold', 'SOLD', undefined],
    ['alquilado', 'RENTED', undefined],
    ['underOffer', 'RESERVED', undefined],
    ['smazáno', 'WITHDRAWN', undefined],
    ['Aktivan', undefined, 'WITHDRAWN'],
    ['zveřejněno', undefined, 'WITHDRAWN'],
    ['prodáno', 'SOLD', undefined],
    ['foglalt', 'RESERVED', undefined],
    ['furnished', undefined, undefined],
    ['sold_price', undefined, undefined],
  ] as const) {
    t.is(statusFlagOf(name)?.yes, yes, name);
    t.is(statusFlagOf(name)?.no, no, name);
  }
  t.true(statusFlagOf('deleted')!.rank < statusFlagOf('sold')!.rank);
  t.true(statusFlagOf('reserved')!.rank < statusFlagOf('active')!.rank);
});

test('names say whether a yes shows or hides the address', (t) => {
  for (const [name, element, said] of [
    ['DisplayAddress', undefined, 'shows'],
    ['muestraMapa', undefined, 'shows'],
    ['hide_exact_address', undefined, 'hides'],
    ['ocultar_direccion', undefined, 'hides'],
    ['zverejnit_adresu', undefined, 'shows'],
    ['adresTonen', undefined, 'shows'],
    ['mostrar_morada', undefined, 'shows'],
    ['skrýt_ulici', undefined, 'hides'],
    ['visible', 'address', 'shows'],
    ['hide', 'pin', 'hides'],
    ['show_coordinates', undefined, 'shows'],
    ['visible', 'price', undefined],
    ['address', undefined, undefined],
    ['display_price', undefined, undefined],
  ] as const)
    t.is(addressFlagOf(name, element), said, `${element ?? ''} ${name}`);
});

test('an answer about an address is yes, no, or how much of it is shown', (t) => {
  for (const text of ['0', 'No', 'true', 'Neighborhood', 'ALL']) t.true(isAddressAnswer(text), text);
  for (const text of ['', 'Mill Lane 1']) t.false(isAddressAnswer(text), text);
  t.like(statusFlagOf('Is_Deleted '), { yes: 'WITHDRAWN' });
});
