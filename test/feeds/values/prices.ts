import test from 'ava';
import fc from 'fast-check';
import { parsePrice } from '../../../shared/feeds/values/prices.ts';
import type { Price } from '../../../shared/feeds/values/prices.ts';

const plain: Price = { amount: null, currency: null, from: false, to: null, onRequest: false, period: null };

const readings: readonly (readonly [string, Partial<Price>])[] = [
  ['250000', { amount: 250_000 }],
  ['1.250.000,00', { amount: 1_250_000 }],
  ['1.250', { amount: 1250 }],
  ['3800.0', { amount: 3800 }],
  ['€ 450k', { amount: 450_000, currency: 'EUR' }],
  ['€450K', { amount: 450_000, currency: 'EUR' }],
  ['1,2 Mio', { amount: 1_200_000 }],
  ['1.250 Mio', { amount: 1_250_000 }],
  ['£1.2m', { amount: 1_200_000, currency: 'GBP' }],
  ['350 mil €', { amount: 350_000, currency: 'EUR' }],
  ['12,5 млн руб', { amount: 12_500_000, currency: 'RUB' }],
  ['75 lakh', { amount: 7_500_000 }],
  ['ab 450.000 EUR', { amount: 450_000, currency: 'EUR', from: true }],
  ['desde 120.000 €', { amount: 120_000, currency: 'EUR', from: true }],
  ['300K+', { amount: 300_000, from: true }],
  ['6000000 RUB', { amount: 6_000_000, currency: 'RUB' }],
  ['Between $400,000 and $600,000', { amount: 400_000, currency: 'USD', from: true, to: 600_000 }],
  ['400.000 - 600.000 €', { amount: 400_000, currency: 'EUR', from: true, to: 600_000 }],
  ['1-1.5 Mio', { amount: 1_000_000, from: true, to: 1_500_000 }],
  ['1,250,000.00 (approx. £980,000)', { amount: 1_250_000 }],
  ['£300,000 (€350,000)', { amount: 300_000, currency: 'GBP' }],
  ['£300,000 (£3,000 per sqm)', { amount: 300_000, currency: 'GBP' }],
  ['Haus 3 (250.000 €)', { amount: 250_000, currency: 'EUR' }],
  ['Rs 1,25,00,000', { amount: 12_500_000 }],
  ['kr 3.200.000,-', { amount: 3_200_000 }],
  ['R 1 950 000', { amount: 1_950_000, currency: 'ZAR' }],
  ['Offers in excess of £500,000', { amount: 500_000, currency: 'GBP', from: true }],
  ['OIEO £500,000', { amount: 500_000, currency: 'GBP', from: true }],
  ['$450 per week', { amount: 450, currency: 'USD', period: 'week' }],
  ['£1,250 pcm', { amount: 1250, currency: 'GBP', period: 'month' }],
  ['1.200 €/mes', { amount: 1200, currency: 'EUR', period: 'month' }],
];

test('amounts are read with suffix, currency, range and period', (t) => {
  for (const [text, expected] of readings) t.deepEqual(parsePrice(text), { ...plain, ...expected }, text);
});

test('placeholders and words for it mean on request', (t) => {
  for (const text of [
    '',
    '  ',
    '0',
    '0.00',
    '1',
    '-1',
    'x',
    'X',
    'POA',
    'p.o.a.',
    'Price on application',
    'auf Anfrage',
    'a consultar',
    'Sur demande',
    'Договорная',
    '---',
    'Contact Agent',
    'Trattativa riservata',
  ]) {
    t.deepEqual(parsePrice(text), { ...plain, onRequest: true }, text);
  }
});

test('a price per area and text without an amount are no price', (t) => {
  t.is(parsePrice('415 €/m²'), null);
  t.is(parsePrice('$370 per sqm'), null);
  t.is(parsePrice('Available Now'), null);
});

const shownToPeople: readonly (readonly [string, Partial<Price> | null])[] = [
  ['AUCTION Saturday 14th December 2024 at 10:30am', { onRequest: true }],
  ['Auction 14/12/2024', { onRequest: true }],
  ['Expressions of Interest closing 15 March 2024', { onRequest: true }],
  ['EOI closing 5pm 12 March 2025', { onRequest: true }],
  ['Best offers by 12pm 30/11/2024', { onRequest: true }],
  ['Call John 0412 345 678', { onRequest: true }],
  ['FOR SALE', null],
  ['Stage 2 selling now', null],
  ['2 Bedrooms from $450,000', { amount: 450_000, currency: 'USD', from: true }],
  ['Lot 12 - $250,000', { amount: 250_000, currency: 'USD' }],
  ["High $700's", { amount: 700_000, currency: 'USD' }],
  ['Mid $800,000s', { amount: 800_000, currency: 'USD' }],
  ['$1.25 Million - $1.35 Million', { amount: 1_250_000, currency: 'USD', from: true, to: 1_350_000 }],
  ['Offers over $1.2m', { amount: 1_200_000, currency: 'USD', from: true }],
  ['$35k p.a.', { amount: 35_000, currency: 'USD', period: 'year' }],
  ['$450 per week', { amount: 450, currency: 'USD', period: 'week' }],
  ['SOLD $640,000', { amount: 640_000, currency: 'USD' }],
  ['Price by Negotiation over $399,000', { amount: 399_000, currency: 'USD', from: true }],
  ['From 600k', { amount: 600_000, from: true }],
  ['Offers above 550,000', { amount: 550_000, from: true }],
];

test('of a text for people only what shows that it is money is a price', (t) => {
  for (const [text, expected] of shownToPeople)
    t.deepEqual(parsePrice(text, { prose: true }), expected && { ...plain, ...expected }, text);
  t.is(parsePrice('3 bed from 250000')?.amount, 250_000);
  t.is(parsePrice('350.000€ - 2 dorm')?.amount, 350_000);
});

test('taxes, reductions, exponents and the million of central Europe are understood', (t) => {
  const readings: readonly (readonly [string, Partial<Price> | null])[] = [
    ['350000 + VAT', { amount: 350_000 }],
    ['€350,000 + IVA 10%', { amount: 350_000, currency: 'EUR' }],
    ['350.000 €+ IVA', { amount: 350_000, currency: 'EUR' }],
    ['$500,000 + GST', { amount: 500_000, currency: 'USD' }],
    ['1,250,000+ GST (if any)', { amount: 1_250_000 }],
    ['300K+ EUR', { amount: 300_000, currency: 'EUR', from: true }],
    ['1.25E+06', { amount: 1_250_000 }],
    ['1e6', { amount: 1_000_000 }],
    ['-250000', null],
    ['Reduced from €400,000 to €350,000', { amount: 350_000, currency: 'EUR' }],
    ['€350,000 (was €400,000)', { amount: 350_000, currency: 'EUR' }],
    ['3,5 mil. Kč', { amount: 3_500_000, currency: 'CZK' }],
    ['2 mil €', { amount: 2000, currency: 'EUR' }],
  ];
  for (const [text, expected] of readings) t.deepEqual(parsePrice(text), expected && { ...plain, ...expected }, text);
});

test('thousands and millions are understood in the languages of feeds', (t) => {
  const amounts: Readonly<Record<string, number>> = {
    'Rp 1,2 miliar': 1_200_000_000,
    'Rp 950 juta': 950_000_000,
    'Rp 120 jt/tahun': 120_000_000,
    'Rp 2,5 M': 2_500_000_000,
    'Rp2,5M': 2_500_000_000,
    '4,5 milyon TL': 4_500_000,
    '2 milyar TL': 2_000_000_000,
    '850 bin TL': 850_000,
    '1,2 milioane lei': 1_200_000,
    '85 mii euro': 85_000,
    '3,2 miljoen euro': 3_200_000,
    '5.5 ล้านบาท': 5_500_000,
    'R 1.2 mil': 1_200_000,
    'RM1.2mil': 1_200_000,
    'MXN 2.5 MDP': 2_500_000,
    '2,5 miljoner kr': 2_500_000,
    '2,5 mkr': 2_500_000,
    '5800万円': 58_000_000,
    '1億2000万円': 120_000_000,
    '1 milyon 250 bin TL': 1_250_000,
    '1,2 mil. €': 1_200_000,
    '1,2 mil lei': 1_200_000,
    '350 mil millones': 350_000_000_000,
    '2 tỷ đồng': 2_000_000_000,
    '350 mil €': 350_000,
    'R$ 350 mil': 350_000,
    'US$ 350 mil': 350_000,
    '1,5 mil €/mes': 1500,
    '2 mil €': 2000,
    '350.000 k.k.': 350_000,
    '£1.2m': 1_200_000,
    '$2.5M': 2_500_000,
    '1,2 εκατ. €': 1_200_000,
    '1,2 milijuna kuna': 1_200_000,
  };
  for (const [text, amount] of Object.entries(amounts)) t.is(parsePrice(text)?.amount, amount, text);
});

test('a small amount with a word behind it that may be a multiplier is no price', (t) => {
  for (const text of ['1.2 gazillion EUR', '€ 4,5 zillones', '850 jutaan IDR', '2,5 xyz'])
    t.is(parsePrice(text), null, text);
  for (const [text, amount] of [
    ['€ 45 per night', 45],
    ['£95 weekly', 95],
    ['85 EUR', 85],
    ['45 lei', 45],
    ['650 kalt', 650],
    ['850 exclusive of bills', 850],
    ['45 to 60 EUR', 45],
    ['€ 90 / noche', 90],
    ['€85pp', 85],
    ['£75 pppw', 75],
    ['250000 negotiable', 250_000],
    ['$ 90 USD', 90],
  ] as const) {
    t.is(parsePrice(text)?.amount, amount, text);
  }
});

test('a bare dollar is the feed’s own dollar', (t) => {
  t.is(parsePrice('$500,000', { defaultCurrency: 'AUD' })?.currency, 'AUD');
  t.is(parsePrice('$500,000', { defaultCurrency: 'EUR' })?.currency, 'USD');
});

test('a locale decides what a lone group means', (t) => {
  t.is(parsePrice('1.250', { decimal: '.' })?.amount, 1.25);
  t.is(parsePrice('1.250', { decimal: ',' })?.amount, 1250);
});

test('any text gives a price of at most two decimals, on request, or nothing', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^(€|ab |from )?[\d., ]{0,12}(k|m| Mio|\+| EUR)?$/)),
      (text) => {
        const price = parsePrice(text);
        t.is(price?.onRequest ?? true, (price?.amount ?? null) === null, text);
        t.true(price === null || price.amount === null || price.amount === Number(price.amount.toFixed(2)), text);
        t.true(price === null || price.to === null || price.to > (price.amount ?? 0), text);
      },
    ),
  );
});

test('a price is looked for at the beginning of a text, and no number is cut in two', (t) => {
  const words = 'a house with a view of the sea ';
  t.is(parsePrice(`EUR 450,000 ${words.repeat(1000)}`)?.amount, 450_000);
  t.is(parsePrice(`${words.repeat(30)}for EUR 450,000 ${words.repeat(1000)}`)?.amount, 450_000);
  t.is(parsePrice(`${words.repeat(1000)} for EUR 450,000`), null);
  t.is(parsePrice(`${' '.repeat(5000)}EUR 450,000`)?.amount, 450_000);
  for (let length = 980; length < 1010; length++) {
    const amount = parsePrice(`${'x'.repeat(length - 20)} EUR 1234567 ${words.repeat(10)}`)?.amount;
    t.true(amount === undefined || amount === 1_234_567, `${length}: ${amount}`);
  }
});
