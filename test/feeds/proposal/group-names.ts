import test from 'ava';
import { goalOfGroups, typeOfGroups } from '../../../shared/feeds/proposal/group-names.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';

const groups = (...paths: readonly string[]) => paths.map((path) => ({ path, items: [], parents: [] }));

test('names of elements around listings say sale or rent', (t) => {
  for (const [paths, rule, isWhole] of [
    [['a/sales/p', 'a/lettings/p'], { path: '../name()', map: { sales: 'SALE', lettings: 'RENT' } }, true],
    [['a/venta/p', 'a/alquiler/p'], { path: '../name()', map: { venta: 'SALE', alquiler: 'RENT' } }, true],
    [['a/sale_ad', 'a/rental_ad'], { path: 'name()', map: { sale_ad: 'SALE', rental_ad: 'RENT' } }, true],
    [['a/WohnungMiete', 'a/HausKauf'], { path: 'name()', map: { WohnungMiete: 'RENT', HausKauf: 'SALE' } }, true],
    [['a/resales/p', 'a/developments/p'], { path: '../name()', map: { resales: 'SALE', '*': '' } }, false],
  ] as const)
    t.deepEqual(goalOfGroups(groups(...paths)), { rule, isWhole } as never, paths.join());
  for (const path of ['a/current/p', 'a/parents/p', 'a/outlet/p']) t.is(goalOfGroups(groups(path)), undefined, path);
});

test('so does an attribute of the element around them', (t) => {
  const parents = ['sale', 'rent'].map((tab) => parseBeginning(Buffer.from(`<s tab="${tab}" n="1"/>`))!);
  t.deepEqual(goalOfGroups([{ path: 'a/s/p', items: [], parents }])?.rule, {
    path: '../@tab',
    map: { sale: 'SALE', rent: 'RENT' },
  });
});

test('kinds are taken from names of groups where there are several', (t) => {
  t.deepEqual(typeOfGroups(groups('a/houses/p', 'a/apartments/p')), {
    path: '../name()',
    map: { houses: 'House', apartments: 'Apartment', '*': '' },
  });
  t.is(typeOfGroups(groups('a/houses/p')), undefined);
  t.deepEqual(typeOfGroups(groups('a/apartament')), { path: 'name()', map: { apartament: 'Apartment', '*': '' } });
  for (const path of ['a/home', 'a/house', 'a/unit', 'a/offer']) t.is(typeOfGroups(groups(path)), undefined, path);
});
