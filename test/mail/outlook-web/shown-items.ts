import test from 'ava';
import { createShownItems } from '../../../shared/mail/outlook-web/shown-items.ts';

const whole = (id: string, length = 10) => ({
  id,
  subject: `Number ${id}`,
  body: { html: false, content: 'x'.repeat(length) },
});

test('later answers add to earlier ones', (t) => {
  const shown = createShownItems();
  shown.add([whole('a')]);
  shown.add([{ id: 'a', isRead: true }]);
  t.deepEqual(shown.byId.get('a'), { ...whole('a'), isRead: true });
  shown.forget('a');
  t.is(shown.byId.get('a'), undefined);
});

test('of thousands of messages the latest are kept as a whole, of the others the row', (t) => {
  const shown = createShownItems(35);
  shown.add(['a', 'b', 'c', 'd'].map((id) => whole(id)));
  shown.add([whole('b')]);
  shown.add([whole('e')]);
  const kept = () =>
    [...shown.byId.values()]
      .filter(({ body }) => body)
      .map(({ id }) => id)
      .sort();
  t.deepEqual(kept(), ['b', 'd', 'e']);
  t.deepEqual(shown.byId.get('a'), { id: 'a', subject: 'Number a' });
  shown.add([whole('f', 100)]);
  t.deepEqual(kept(), ['f']);
});
