import test from 'ava';
import { formatNamed } from '../../../shared/feeds/formats/all-formats.ts';
import { mapFeed } from '../../doubles/map-feed.ts';

const daft = (more: string): string =>
  '<daft><sales><ad><external_id>1</external_id><address>1 Mill Lane</address><property_type>house</property_type>' +
  `<description>A house.</description>${more}</ad></sales></daft>`;
const kyero = (more: string): string =>
  '<root><kyero><feed_version>3</feed_version></kyero><property><id>1</id><price>1000</price>' +
  `<address>1 Mill Lane</address>${more}</property></root>`;

const readBy = (format: string, feed: string) => mapFeed(formatNamed(format), feed)[0]!.values;

test('flags that a sender adds to a known format take a listing off offer', (t) => {
  for (const [more, status] of [
    ['<deleted>1</deleted>', 'WITHDRAWN'],
    ['<deleted>0</deleted>', undefined],
    ['<is_active>false</is_active>', 'WITHDRAWN'],
    ['<published>yes</published>', undefined],
    ['<reserved>1</reserved>', 'RESERVED'],
    ['<reserved>1</reserved><archived>true</archived>', 'WITHDRAWN'],
    ['<sold>1</sold>', 'SOLD'],
    ['<available>2026-01-01</available>', undefined],
    ['<status>sold</status><active>1</active>', 'SOLD'],
  ] as const) {
    t.is(readBy('DAFT', daft(more)).status, status, more);
    t.is(readBy('KYERO', kyero(more)).status, status, more);
  }
  // The format's own word, though unknown, counts.
  t.is(readBy('DAFT', daft('<status>mystery</status><deleted>1</deleted>')).status, undefined);
});

test('flags that a sender adds to a known format hide the address and blur the point', (t) => {
  for (const [more, hidden] of [
    ['<show_address>no</show_address>', true],
    ['<show_address>yes</show_address>', undefined],
    ['<hideAddress>1</hideAddress>', true],
    ['<location displayAddress="Neighborhood"/>', true],
    ['<location displayAddress="All"/>', undefined],
    ['<show_price>no</show_price>', undefined],
  ] as const)
    for (const values of [readBy('DAFT', daft(more)), readBy('KYERO', kyero(more))]) {
      t.is(values.addressHidden, hidden, more);
      t.is(values.address, hidden ? null : '1 Mill Lane', more);
    }
  const { latitude } = readBy(
    'DAFT',
    daft('<hide_map>1</hide_map><latitude>53.123456</latitude><longitude>-6.2</longitude>'),
  );
  t.is(latitude, 53.12);
});
