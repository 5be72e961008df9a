import test from 'ava';
import { checkMapping, compileMapping, MappingError } from '../../../shared/feeds/formats/mapping.ts';

const problemsOf = (mapping: unknown): readonly string[] => {
  const checked = checkMapping(mapping);
  return 'problems' in checked ? checked.problems : [];
};

test('a valid mapping is accepted and compiled once', (t) => {
  const mapping = { itemPath: 'ads/ad | //listing', fields: { id: '@id', price: [{ path: 'p', number: 'de' }, 'q'] } };
  t.deepEqual(problemsOf(mapping), []);
  t.deepEqual(compileMapping(mapping).itemPaths, ['ads/ad', '//listing']);
  t.is(compileMapping(mapping), compileMapping(mapping));
});

test('everything that is wrong is named at once, with what was expected', (t) => {
  const problems = problemsOf({
    itemPath: 'ads/ad[@x=1]',
    item: 'x',
    fields: {
      prize: 'p',
      price: { pth: 'p' },
      city: 7,
      goal: { path: 'g', map: { '1': 'SELL' } },
      areaSqm: { path: 'a', unit: 'parsec', number: 'klingon' },
      title: { xx: 'title_xx' },
      modifiedAt: { path: 'd', order: 'ymd' },
      bedrooms: { path: 'b', unit: 'm2' },
      status: { path: 's', map: 'x' },
    },
  });
  for (const words of [
    /itemPath: .*no attributes/,
    /unknown key "item"/,
    /prize: unknown field \(did you mean price\?\)/,
    /price\.pth: unknown key/,
    /price: a rule needs a path or a value/,
    /city: expected a path, a rule or a list of them, got number/,
    /goal\.map: "1" leads to "SELL", expected one of SALE, RENT, BOTH/,
    /areaSqm\.unit: "parsec"/,
    /areaSqm\.number: expected a locale/,
    /title\.xx: neither a language/,
    /modifiedAt\.order: expected "dmy" or "mdy"/,
    /bedrooms\.unit: has no meaning/,
    /status\.map: expected an object/,
  ]) {
    t.true(
      problems.some((problem) => words.test(problem)),
      `${words}\n${problems.join('\n')}`,
    );
  }
});

test('a value that is not a mapping is reported', (t) => {
  t.regex(problemsOf(null)[0] ?? '', /got null/);
  t.regex(problemsOf([])[0] ?? '', /got a list/);
  t.regex(problemsOf({ fields: {} })[0] ?? '', /itemPath: expected the path of the items/);
  t.regex(problemsOf({ itemPath: 'a/b' })[0] ?? '', /fields: expected an object/);
  t.regex(problemsOf({ itemPath: 'a/b', fields: {} })[0] ?? '', /nothing is mapped/);
  t.throws(() => compileMapping('x'), { instanceOf: MappingError, code: 'invalid-mapping' });
});
