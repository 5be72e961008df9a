import test from 'ava';
import { isPropertyType, parsePropertyType } from '../../../shared/feeds/values/property-types.ts';

test('words of many languages are one English type; unknown words stay', (t) => {
  for (const [word, type] of [
    ['Wohnung', 'Apartment'],
    ['Ground floor apartment', 'Apartment'],
    ['Cochera', 'Garage'],
    ['Monoambiente', 'Studio'],
    ['Galpón', 'Industrial'],
    ['Campo', 'Agricultural land'],
    ['Villa de lujo', 'Villa'],
    ['Rodinný dům', 'House'],
    ['Stavebný pozemok', 'Land'],
    ['lakás', 'Apartment'],
    ['Kuća', 'House'],
    ['Woonhuis', 'House'],
    ['GASTRONOMIE UND WOHNUNG', 'Restaurant'],
    ['PENSIONEN', 'Hotel'],
    ['BAUERNHOF', 'Country house'],
    ['RESTHOF', 'Country house'],
    ['Garagen', 'Garage'],
    ['freizeitimmobilie gewerblich', 'Commercial'],
    ['REIHENMITTEL', 'Townhouse'],
    ['REIHENEND', 'Townhouse'],
    ['Solar urbano', 'Land'],
    ['Residenziale/Appartamento/Attico', 'Penthouse'],
    ['Boathouse', 'Boathouse'],
    ['  ', null],
  ] as const)
    t.is(parsePropertyType(word), type, word);
  t.true(isPropertyType('Reihenhaus'));
  t.false(isPropertyType('Etage'));
});
