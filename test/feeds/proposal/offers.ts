import test from 'ava';
import { proposeMapping } from '../../../shared/feeds/proposal/propose-mapping.ts';
import { goalRule, saleFirst } from '../../../shared/feeds/proposal/offers.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { mapFeed } from '../../doubles/map-feed.ts';
import { generic } from '../../../shared/feeds/formats/generic.ts';

const place = (path: string, ...samples: readonly string[]) => ({
  path,
  names: path.split('/'),
  attribute: false,
  items: samples.length,
  zeros: 0,
  samples: [...samples],
  distinct: samples.length,
  repeats: false,
});

test('the price that is there says sale or rent, in many languages', (t) => {
  for (const [sale, rent] of [
    ['PrecoVenda', 'PrecoLocacao'],
    ['SalePrice', 'RentPrice'],
    ['Kaufpreis', 'Kaltmiete'],
    ['prix_vente', 'loyer'],
    ['precio_venta', 'precio_alquiler'],
    ['prezzo_vendita', 'prezzo_affitto'],
    ['koopprijs', 'huurprijs'],
    ['cena_sprzedazy', 'czynsz'],
    ['kopeskilling', 'hyra'],
    ['satis_fiyati', 'kira_fiyati'],
  ] as const) {
    const home = (n: number, price: string): string =>
      `<home><id>H${n}</id>${price}<kind>House</kind><city>Rivera</city><bedrooms>2</bedrooms><title>Home ${n}` +
      `</title><description>A home with a garden and a view of the sea, ${n}.</description></home>`;
    const document =
      `<homes>${home(1, `<${sale}>250000</${sale}>`)}${home(2, `<${rent}>900</${rent}>`)}` +
      `${home(3, `<${sale}>350000</${sale}><${rent}>0</${rent}>`)}</homes>`;
    const mapping = proposeMapping(parseBeginning(Buffer.from(document))!)!.mapping;
    t.deepEqual(
      mapFeed(generic, document, { mapping }).map(({ values }) => [values.goal, values.price]),
      [
        ['SALE', 250_000],
        ['RENT', 900],
        ['SALE', 350_000],
      ],
      sale,
    );
  }
});

test('an element that says goal and status keeps the goal when a listing is reserved', (t) => {
  const words = place('availability', 'For Sale', 'Reserved');
  t.deepEqual(goalRule(words, true), { path: 'availability', map: { 'For Sale': 'SALE', '*': 'SALE' } });
  t.deepEqual(goalRule(place('availability', 'For Sale', 'To Let', 'Sold', 'Reserved'), true), {
    path: 'availability',
    map: { 'For Sale': 'SALE', 'To Let': 'RENT', Sold: 'SALE', '*': '' },
  });
  t.is(goalRule(words, false), 'availability');
});

test('of neighbouring amounts the sale price comes first', (t) => {
  t.deepEqual(saleFirst([place('v/aluguel', '1'), place('v/venda', '2'), place('x', '3')]), [
    'v/venda',
    'v/aluguel',
    'x',
  ]);
});
