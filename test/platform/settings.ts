import test from 'ava';
import fc from 'fast-check';
import {
  choice,
  duration,
  flag,
  list,
  number,
  optionalText,
  secret,
  url,
  type Setting,
} from '../../shared/platform/settings.ts';

const described = { env: 'SETTING', description: 'For tests.' };
const refused = Symbol('refused');

function parse<T>(setting: Setting<T>, value: string): T | typeof refused {
  try {
    return setting.parse(value);
  } catch (error) {
    if (error instanceof RangeError) return refused;
    throw error;
  }
}

test('a number is read within its limits', (t) => {
  const whole = number({ ...described, fallback: 5, min: 1, max: 10 });
  const fraction = number({ ...described, fallback: 5, min: 0, max: 10, fraction: true });
  const cases: [Setting<number>, string, number | symbol][] = [
    [whole, '1', 1],
    [whole, ' 10 ', 10],
    [whole, '0', refused],
    [whole, '11', refused],
    [whole, '1.5', refused],
    [whole, '-1', refused],
    [whole, '1e1', refused],
    [whole, '0x5', refused],
    [whole, '٣', refused],
    [whole, 'NaN', refused],
    [whole, 'Infinity', refused],
    [fraction, '0.25', 0.25],
    [fraction, '.5', refused],
    [fraction, '1,5', refused],
  ];
  for (const [setting, value, expected] of cases) t.is<unknown, unknown>(parse(setting, value), expected, value);
});

test('a length of time is read with its unit', (t) => {
  const setting = duration({ ...described, fallback: '30m', min: '1s', max: '24h' });
  t.is(setting.fallback, 1_800_000);
  const cases: [string, number | symbol][] = [
    ['1s', 1000],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    ['2d', refused],
    ['999ms', refused],
    ['1000ms', 1000],
    ['30', refused],
    ['30 m', refused],
    ['m', refused],
    ['-5m', refused],
    ['1h30m', refused],
    ['5M', refused],
  ];
  for (const [value, expected] of cases) t.is<unknown, unknown>(parse(setting, value), expected, value);
});

test('a flag and a choice accept only their words', (t) => {
  const on = flag({ ...described, fallback: false });
  for (const value of ['1', 'true', 'YES', ' on ']) t.true(parse(on, value));
  for (const value of ['0', 'False', 'no', 'off']) t.false(parse(on, value));
  for (const value of ['2', 'enabled', 'constructor']) t.is<unknown, unknown>(parse(on, value), refused);
  const word = choice({ ...described, words: ['file', 'mongo'], fallback: 'file' });
  t.is(parse(word, ' mongo '), 'mongo');
  for (const value of ['Mongo', 'redis', 'toString']) t.is<unknown, unknown>(parse(word, value), refused);
});

test('lists drop empty entries', (t) => {
  t.deepEqual(parse(list(described), ' a, b ,,c, '), ['a', 'b', 'c']);
  t.deepEqual(list(described).fallback, []);
});

test('addresses lose the slash at their end and need a protocol that is allowed', (t) => {
  t.is<unknown, unknown>(parse(url(described), 'https://example.com/a//'), 'https://example.com/a');
  t.is<unknown, unknown>(parse(url(described), 'HTTP://example.com'), 'HTTP://example.com');
  for (const value of ['example.com', 'ftp://example.com', 'https://', 'javascript:alert(1)', '//example.com'])
    t.is<unknown, unknown>(parse(url(described), value), refused, value);
});

test('an address that is called as it is keeps its slash, and takes no user name', (t) => {
  const exact = url({ ...described, exact: true });
  for (const value of ['https://example.com/hook/', 'http://example.com/hook?x=a/', 'https://example.com/@me'])
    t.is<unknown, unknown>(parse(exact, ` ${value} `), value);
  for (const value of [
    'https://me:private@example.com/',
    'https://me@example.com',
    'https://exa mple.com/',
    'http://:1/',
  ])
    t.is<unknown, unknown>(parse(exact, value), refused, value);
});

test('texts and secrets may be narrowed by a pattern', (t) => {
  t.is<unknown, unknown>(parse(optionalText({ ...described, pattern: /^\d+$/ }), '12'), '12');
  t.is<unknown, unknown>(parse(optionalText({ ...described, pattern: /^\d+$/ }), 'x'), refused);
  t.is<unknown, unknown>(parse(secret({ ...described, minLength: 3 }), 'ab'), refused);
  t.true(secret(described).secret);
});

test('no text makes a setting fail in another way than by refusing it', (t) => {
  const settings: Setting<unknown>[] = [
    number({ ...described, fallback: 1, min: 0, max: 9 }),
    duration({ ...described, fallback: '1s', min: '0s', max: '1h' }),
    flag({ ...described, fallback: true }),
    list(described),
    url(described),
    choice({ ...described, words: ['a'], fallback: 'a' }),
    secret({ ...described, minLength: 4 }),
  ];
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.constantFrom(...settings),
        fc.string({ unit: 'binary' }),
        (setting, value) => void parse(setting, value),
      ),
    ),
  );
});
