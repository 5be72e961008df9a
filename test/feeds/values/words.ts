import test from 'ava';
import { parseEnergyRating } from '../../../shared/feeds/values/energy.ts';
import { parseGoal } from '../../../shared/feeds/values/goals.ts';
import { findPeriod, parsePeriod } from '../../../shared/feeds/values/periods.ts';
import { isPropertyType, parsePropertyType } from '../../../shared/feeds/values/property-types.ts';

test('sale and rent are understood in many languages', (t) => {
  for (const word of ['For sale', 'Venta', 'продажа', 'Продам', 'KAUF', 'à vendre', 'S', 'satılık']) t.is(parseGoal(word), 'SALE', word);
  for (const word of ['For Rent', 'Alquiler', 'аренда', 'Сдам', 'Miete', 'à louer', 'lease', 'to let', 'longterm', 'Holiday', 'short term let']) t.is(parseGoal(word), 'RENT', word);
  t.is(parseGoal('Sale/Rent'), 'BOTH');
  t.is(parseGoal('exchange'), null);
});

test('hard case 24: periods are understood as words of their own and inside of prices', (t) => {
  for (const [word, period] of [['сутки', 'day'], ['weekly', 'week'], ['Monthly', 'month'], ['month', 'month'], ['MONAT', 'month'], ['annual', 'year'], ['JAHR', 'year'], ['pcm', 'month']] as const) t.is(parsePeriod(word), period, word);
  t.is(parsePeriod('sale'), null);
  t.is(findPeriod('450 / Woche'), 'week');
  t.is(findPeriod('250000'), null);
});

test('kinds of property fold to one word, unknown ones stay', (t) => {
  for (const [word, kind] of [['Piso', 'Apartment'], ['квартира', 'Apartment'], ['SingleFamily', 'House'], ['Town house', 'Townhouse'], ['Casa adosada', 'Townhouse'], ['villa', 'Villa'], ['Residential / Apartment', 'Apartment'], ['Residenziale/Appartamento/Attico', 'Penthouse'], ['Industrial/Warehouse', 'Industrial'], ['Lighthouse', 'Lighthouse']] as const) t.is(parsePropertyType(word), kind, word);
  t.is(parsePropertyType('  '), null);
  t.false(isPropertyType('Lighthouse'));
});

test('kinds of property may stand in the plural', (t) => {
  for (const [kind, words] of [
    ['Apartment', 'Pisos, Apartamentos, Wohnungen, Appartements, Appartamenti, Квартиры'], ['House', 'Casas, Häuser, Einfamilienhäuser, Maisons, Дома'], ['Land', 'Terrenos, Parcelas, Solares, Grundstücke, Terrains, Terreni, Участки, Plot of land'],
    ['Country house', 'Fincas, Finca/Country property, Cortijos, Casas rurales'], ['Townhouse', 'Adosados, Reihenhäuser'], ['Penthouse', 'Áticos'], ['Commercial', 'Locales, Locales comerciales'], ['Industrial', 'Naves industriales, Lagerhallen, Склады'], ['Office', 'Büros, Uffici, Офисы'], ['Garage', 'Garajes, Stellplätze'], ['Building', 'Edificios, Mehrfamilienhäuser'],
  ] as const) for (const word of words.split(', ')) t.is(parsePropertyType(word), kind, word);
});

test('a flat under the roof is a flat, no penthouse', (t) => {
  for (const word of ['DACHGESCHOSS', 'Dachgeschosswohnung']) t.is(parsePropertyType(word), 'Apartment', word);
});

test('energy classes are letters, in process and exempt are none', (t) => {
  for (const [text, rating] of [['a', 'A'], ['A+', 'A+'], ['B', 'B'], ['A2', 'A2'], ['G', 'G'], ['X', null], ['TA', null], ['4.5', null], ['esente', null], ['', null]] as const) t.is(parseEnergyRating(text), rating, text);
});
