import test from 'ava';
import { saysChanges } from '../../../shared/feeds/preview/says-changes.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';

const item = '<home mode="update"><kind>partial</kind></home>';

test('a feed says of itself that it lists changes only: by a word or a flag of its header', (t) => {
  for (const [document, place] of [
    [`<feed type="incremental">${item}</feed>`, 'feed/@type="incremental"'],
    [`<feed><head><umfang>TEIL</umfang></head>${item}</feed>`, 'feed/head/umfang="TEIL"'],
    [`<feed delta="true">${item}</feed>`, 'feed/@delta="true"'],
    [`<feed><zakres>różnicowy</zakres>${item}</feed>`, 'feed/zakres="różnicowy"'],
    [`<feed full="false">${item}</feed>`, 'feed/@full="false"'],
    [`<feed typ="změny">${item}</feed>`, 'feed/@typ="změny"'],
    [`<feed full="true"><total>0</total>${item}</feed>`, undefined],
    [`<feed type="full" delta="false">${item}</feed>`, undefined],
    [`<feed>${item}</feed>`, undefined],
    [`<feed><title>Changes in the market</title>${item}</feed>`, undefined],
  ] as const)
    t.is(saysChanges(parseBeginning(Buffer.from(document))!, ['feed/home']), place, document);
});
