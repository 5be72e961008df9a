import test from 'ava';
import { splitQuoted } from '../../shared/platform/split-quoted.ts';

test('a separator in quotes separates nothing', (t) => {
  t.deepEqual(splitQuoted('Clients, Inbox/Villas', ','), ['Clients', 'Inbox/Villas']);
  t.deepEqual(splitQuoted('"Sales, rent", Clients', ','), ['"Sales, rent"', 'Clients']);
  t.deepEqual(splitQuoted('', ','), ['']);
});
