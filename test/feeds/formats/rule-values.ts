import test from 'ava';
import { compileMapping } from '../../../shared/feeds/formats/mapping.ts';
import { RuleValues, scopeOf } from '../../../shared/feeds/formats/rule-values.ts';
import type { XmlElement } from '../../../shared/feeds/xml/xml-element.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';

const element = (xml: string): XmlElement => parseBeginning(Buffer.from(xml))!;
const item = element(
  '<home><single>2</single><double>1,5</double><empty/><gone>1</gone><kind>b</kind>' +
    '<line>Main St 1, Leeds, York</line><street>Mill Lane</street><nr>11</nr><rent>900</rent><sale>0</sale></home>',
);

function read(rule: unknown, goal?: 'SALE' | 'RENT'): string | undefined {
  const written = JSON.stringify(rule);
  const field = /"sum"/.test(written) ? 'bedrooms' : /"yes"|"no"/.test(written) ? 'status' : 'city';
  const values = new RuleValues(item, [], compileMapping({ itemPath: 'a/home', fields: { [field]: rule } }));
  values.goal = goal;
  return values.text(field);
}

test('the first rule with text counts, as it is joined, translated, added up, cut or told by a flag', (t) => {
  for (const [rule, text] of [
    ['kind', 'b'],
    [['missing', 'empty', 'kind'], 'b'],
    [['missing', 'empty'], ''],
    ['missing', undefined],
    [{ path: ['street', 'nr'], join: ' ' }, 'Mill Lane 11'],
    [{ path: 'kind', map: { a: 'House', B: 'Flat' } }, 'Flat'],
    [{ path: 'kind', map: { a: 'House', '*': 'Other' } }, 'Other'],
    [[{ path: 'kind', map: { b: '' } }, { value: 'House' }], 'House'],
    [{ path: ['single', 'double', 'missing'], sum: true }, '3.5'],
    [{ path: ['single', 'double'], sum: [1, 2] }, '5'],
    [{ path: ['missing'], sum: true }, undefined],
    [{ path: 'gone', yes: 'WITHDRAWN' }, 'WITHDRAWN'],
    [[{ path: 'gone', no: 'ACTIVE' }, 'kind'], 'b'],
    [{ path: 'line', part: 2 }, ' Leeds'],
    [{ path: 'line', part: -1 }, ' York'],
    [{ path: 'kind', if: { path: 'street', is: ['mill lane'] } }, 'b'],
    [{ path: 'kind', if: { path: 'street', not: ['mill lane'] } }, undefined],
    [{ path: 'kind', if: { path: 'street', missing: true } }, undefined],
    [{ path: 'kind', if: { path: 'missing', missing: true } }, 'b'],
  ] as const)
    t.is(read(rule), text, JSON.stringify(rule));
});

test('a rule for sales does not count for a rent', (t) => {
  const rules = [
    { path: 'street', for: 'SALE' },
    { path: 'kind', for: 'RENT' },
  ];
  t.is(read(rules, 'SALE'), 'Mill Lane');
  t.is(read(rules, 'RENT'), 'b');
});

test('what stands around an item is part of its scope only where the mapping looks there', (t) => {
  const around = [element('<sales><currency>EUR</currency></sales>')];
  const inside = compileMapping({ itemPath: 'sales/home', fields: { type: 'kind' } });
  const above = compileMapping({ itemPath: 'sales/home', fields: { type: '../name()', currency: '../currency' } });
  t.is(scopeOf(inside, around), '');
  t.not(scopeOf(above, around), scopeOf(above, [element('<rents><currency>EUR</currency></rents>')]));
});
