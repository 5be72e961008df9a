import test from 'ava';
import { parseEnergyRating } from '../../../shared/feeds/values/energy.ts';
import { parseGoal } from '../../../shared/feeds/values/goals.ts';
import { findPeriod, parsePeriod } from '../../../shared/feeds/values/periods.ts';
import { isPropertyType, parsePropertyType } from '../../../shared/feeds/values/property-types.ts';

test('sale and rent are understood in many languages', (t) => {
  for (const word of [
    'For sale',
    'Venta',
    'продажа',
    'Продам',
    'KAUF',
    'à vendre',
    'S',
    'satılık',
    'Πωλείται',
    'ΠΩΛΕΙΤΑΙ',
    'Προς πώληση',
    'للبيع',
    'Venda',
    'Vende-se',
    'Dijual',
    'De vânzare',
    'Продава се',
    'Na prodaju',
  ])
    t.is(parseGoal(word), 'SALE', word);
  for (const word of [
    'For Rent',
    'Alquiler',
    'аренда',
    'Сдам',
    'Miete',
    'à louer',
    'lease',
    'to let',
    'longterm',
    'Holiday',
    'short term let',
    'Ενοικιάζεται',
    'Προς ενοικίαση',
    'للإيجار',
    'للايجار',
    'Aluguel',
    'Disewakan',
    'De închiriat',
    'Под наем',
    'Izdavanje',
  ])
    t.is(parseGoal(word), 'RENT', word);
  t.is(parseGoal('Sale/Rent'), 'BOTH');
  t.is(parseGoal('exchange'), null);
});

test('periods are understood as words of their own and inside of prices', (t) => {
  for (const [word, period] of [
    ['сутки', 'day'],
    ['weekly', 'week'],
    ['Monthly', 'month'],
    ['month', 'month'],
    ['MONAT', 'month'],
    ['annual', 'year'],
    ['JAHR', 'year'],
    ['pcm', 'month'],
  ] as const)
    t.is(parsePeriod(word), period, word);
  t.is(parsePeriod('sale'), null);
  t.is(findPeriod('450 / Woche'), 'week');
  t.is(findPeriod('250000'), null);
  const periods: Readonly<Record<string, string>> = {
    '£1,250pcm': 'month',
    '£250pw': 'week',
    '£1,250PCM': 'month',
    'R12 500 pm': 'month',
    'R12 500pm': 'month',
    '€1.200 p.m.': 'month',
    '€1.200 p/m': 'month',
    '500 lei / luna': 'month',
    '500 lei/lună': 'month',
    '9 500 kr/mån': 'month',
    '950 €/kk': 'month',
    'Rp 120 jt/tahun': 'year',
    '850 €/μήνα': 'month',
    '850 € τον μήνα': 'month',
    '15.000 TL/ay': 'month',
    '15.000 บาท/เดือน': 'month',
    '£12,000pa': 'year',
    '€35k p.a.': 'year',
    '£90 pppw': 'week',
    '1.200 € al mes': 'month',
    '£1,250 per calendar month': 'month',
    '45000 руб. в месяц': 'month',
    '1200 zł/mies.': 'month',
    '15 000 Kč za měsíc': 'month',
  };
  for (const [text, period] of Object.entries(periods)) t.is<string | null, string>(findPeriod(text), period, text);
  for (const text of [
    '450.000 € PMR',
    'viewing 5pm',
    'until 5:30 pm',
    '350.000 € / Monatelang',
    'Spa 450.000',
    'España 450.000',
    '€/m',
  ])
    t.is(findPeriod(text), null, text);
});

test('kinds of property fold to one word, unknown ones stay', (t) => {
  for (const [word, kind] of [
    ['Piso', 'Apartment'],
    ['квартира', 'Apartment'],
    ['SingleFamily', 'House'],
    ['Town house', 'Townhouse'],
    ['Casa adosada', 'Townhouse'],
    ['villa', 'Villa'],
    ['Residential / Apartment', 'Apartment'],
    ['Residenziale/Appartamento/Attico', 'Penthouse'],
    ['Industrial/Warehouse', 'Industrial'],
    ['Lighthouse', 'Lighthouse'],
  ] as const)
    t.is(parsePropertyType(word), kind, word);
  t.is(parsePropertyType('  '), null);
  t.false(isPropertyType('Lighthouse'));
});

test('kinds of property may stand in the plural', (t) => {
  for (const [kind, words] of [
    ['Apartment', 'Pisos, Apartamentos, Wohnungen, Appartements, Appartamenti, Квартиры'],
    ['House', 'Casas, Häuser, Einfamilienhäuser, Maisons, Дома'],
    ['Land', 'Terrenos, Parcelas, Solares, Grundstücke, Terrains, Terreni, Участки, Plot of land'],
    ['Country house', 'Fincas, Finca/Country property, Cortijos, Casas rurales'],
    ['Townhouse', 'Adosados, Reihenhäuser'],
    ['Penthouse', 'Áticos'],
    ['Commercial', 'Locales, Locales comerciales'],
    ['Industrial', 'Naves industriales, Lagerhallen, Склады'],
    ['Office', 'Büros, Uffici, Офисы'],
    ['Garage', 'Garajes, Stellplätze'],
    ['Building', 'Edificios, Mehrfamilienhäuser'],
  ] as const)
    for (const word of words.split(', ')) t.is(parsePropertyType(word), kind, word);
});

test('a flat under the roof is a flat, no penthouse', (t) => {
  for (const word of ['DACHGESCHOSS', 'Dachgeschosswohnung']) t.is(parsePropertyType(word), 'Apartment', word);
});

test('energy classes are letters, in process and exempt are none', (t) => {
  for (const [text, rating] of [
    ['a', 'A'],
    ['A+', 'A+'],
    ['B', 'B'],
    ['A2', 'A2'],
    ['G', 'G'],
    ['X', null],
    ['TA', null],
    ['4.5', null],
    ['esente', null],
    ['', null],
  ] as const)
    t.is(parseEnergyRating(text), rating, text);
});
