import test from 'ava';
import { memoize } from '../../shared/platform/memoize.ts';

function counted<Answer>(answer: (text: string) => Answer, options?: Parameters<typeof memoize>[1]) {
  const asked: string[] = [];
  const ask = memoize((text) => {
    asked.push(text);
    return answer(text);
  }, options);
  return { ask, asked };
}

test('each text is answered once, also with nothing', (t) => {
  const { ask, asked } = counted((text) => (text === '' ? undefined : text.length));
  t.deepEqual(['Paphos', '', 'Paphos', ''].map(ask), [6, undefined, 6, undefined]);
  t.deepEqual(asked, ['Paphos', '']);
});

test('long texts are not kept', (t) => {
  const { ask, asked } = counted((text) => text, { maxLength: 3 });
  for (const text of ['abc', 'abcd', 'abc', 'abcd']) t.is(ask(text), text);
  t.deepEqual(asked, ['abc', 'abcd', 'abcd']);
});

test('a full store starts over', (t) => {
  const { ask, asked } = counted((text) => text, { maxAnswers: 2 });
  for (const text of ['a', 'b', 'a', 'c', 'c', 'a']) t.is(ask(text), text);
  t.deepEqual(asked, ['a', 'b', 'c', 'a']);
});

test('an error is not kept', (t) => {
  const { ask, asked } = counted((text) => {
    if (asked.length === 1) throw new Error('once');
    return text;
  });
  t.throws(() => ask('a'), { message: 'once' });
  t.is(ask('a'), 'a');
});
