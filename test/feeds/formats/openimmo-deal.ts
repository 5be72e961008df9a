import test from 'ava';
import { openimmo } from '../../../shared/feeds/formats/openimmo.ts';
import { mapFeed, warningCodes } from '../../doubles/map-feed.ts';

function read(flags: string, prices: string, use = '') {
  const [item] = mapFeed(
    openimmo,
    `<openimmo><anbieter><immobilie><objektkategorie>${use}<vermarktungsart ${flags}/></objektkategorie>` +
      `<preise>${prices}</preise><verwaltung_techn><openimmo_obid>1</openimmo_obid></verwaltung_techn></immobilie>` +
      '</anbieter></openimmo>',
  );
  const { goal, price, rentalPeriod } = item?.values ?? {};
  return [goal, price ?? undefined, rentalPeriod ?? undefined, warningCodes(item).includes('goal-conflict')];
}

test('a flag says sale or rent; where it is missing or contradicted, the kind of price does', (t) => {
  const sale = '<kaufpreis>300000</kaufpreis>';
  const rent = '<kaltmiete>900</kaltmiete>';
  const cases: readonly [name: string, flags: string, prices: string, use: string, expected: readonly unknown[]][] = [
    ['sale', 'KAUF="1"', sale, '', ['SALE', 300_000, undefined, false]],
    ['rent', 'MIETE_PACHT="true"', rent, '', ['RENT', 900, 'month', false]],
    ['leasehold', 'ERBPACHT="1"', sale, '', ['SALE', 300_000, undefined, false]],
    [
      'a ground rent is no price',
      'ERBPACHT="1"',
      '<erbpacht>900</erbpacht>',
      '',
      ['SALE', undefined, undefined, false],
    ],
    ['no flag, a rent', '', rent, '', ['RENT', 900, 'month', false]],
    ['no flag, a price', '', sale, '', ['SALE', 300_000, undefined, false]],
    ['a price that no one filled', '', `<kaufpreis>0.00</kaufpreis>${rent}`, '', ['RENT', 900, 'month', false]],
    ['a preset flag, and a rent', 'KAUF="1"', rent, '', ['RENT', 900, 'month', true]],
    [
      'an investment names the rent that it brings',
      'KAUF="1"',
      rent,
      '<nutzungsart ANLAGE="1"/>',
      ['SALE', undefined, undefined, false],
    ],
  ];
  for (const [name, flags, prices, use, expected] of cases) t.deepEqual(read(flags, prices, use), expected, name);
});
