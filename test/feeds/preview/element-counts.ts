import test from 'ava';
import { ElementCounts } from '../../../shared/feeds/preview/element-counts.ts';

test('elements are counted by their paths, however the bytes are cut', async (t) => {
  const document = Buffer.from(
    '<feed><!-- <ad> --><sales><ad n="a>b"><x/></ad><ad/></sales><x:rents><ad><![CDATA[<ad>]]></ad></x:rents></feed>',
  );
  for (const size of [1, 7, 1000]) {
    const counts = new ElementCounts();
    const chunks = Array.from({ length: Math.ceil(document.length / size) }, (_, at) =>
      document.subarray(at * size, (at + 1) * size),
    );
    const passed: Buffer[] = [];
    for await (const chunk of counts.through(toStream(chunks))) passed.push(chunk);
    t.true(Buffer.concat(passed).equals(document));
    t.deepEqual(
      ['feed', 'feed/sales/ad', 'feed/sales/ad/x', 'feed/rents/ad', 'feed/ad'].map((path) => counts.at(path)),
      [1, 2, 1, 1, 0],
    );
  }
});

async function* toStream(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
