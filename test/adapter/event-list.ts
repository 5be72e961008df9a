import test from 'ava';
import { eventList } from '../../adapter/event-list.ts';
import { describeEventTypes } from '../../shared/events/event-table.ts';

test('a type is listed with when it happens, its payloads and keys, each wrapped at words', (t) => {
  const type = {
    type: 'a.b',
    when: 'something that takes a while to be told happened',
    payloads: ['{ one }', '{ two }'],
    keys: ['a.b:<one>'],
  };
  t.is(
    eventList([type, type], 40),
    `a.b
  when     something that takes a while
           to be told happened
  payload  { one }
           { two }
  key      a.b:<one>

`
      .repeat(2)
      .replace(/\n$/, ''),
  );
});

test('no line is wider than the terminal, except for longer words', (t) => {
  for (const width of [undefined, 0, 40, 80, 200]) {
    const room = Math.max(width ?? 80, 40);
    const lines = eventList(describeEventTypes(), width).split('\n');
    const tooWide = lines.filter((line) => line.length > room && /\S\s+\S/.test(line.slice(11)));
    t.deepEqual(tooWide, []);
  }
});
