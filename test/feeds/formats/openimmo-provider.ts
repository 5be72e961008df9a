import test from 'ava';
import fc from 'fast-check';
import { providerFirst } from '../../../shared/feeds/formats/openimmo-provider.ts';

async function arranged(document: string, size = 7): Promise<string> {
  async function* chunks() {
    const bytes = Buffer.from(document);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const parts: Buffer[] = [];
  for await (const part of providerFirst(chunks())) parts.push(part);
  return Buffer.concat(parts).toString();
}

const id = '<openimmo_anid>ü1</openimmo_anid>';
const object = '<immobilie>x</immobilie>';

test('an id that stands before the objects stays where it is', async (t) => {
  for (const document of [
    `<openimmo><anbieter><firma>a</firma>${id}${object}</anbieter></openimmo>`,
    `<immobilien>${object}</immobilien>`,
    `<openimmo><anbieter>${object}${object}</anbieter></openimmo>`,
    '<openimmo><anbieter>',
    '<openimmo',
    '',
  ])
    t.is(await arranged(document), document);
});

test('an id behind or between the objects is given before them, for each provider its own', async (t) => {
  const [open, close] = ['<anbieter xmlns="">', '</anbieter>'];
  t.is(await arranged(`<o>${open}${object}${id}${close}</o>`), `<o>${open}${id}${object}${id}${close}</o>`);
  const other = id.replace('ü1', '2');
  t.is(
    await arranged(`<o>${open}${object}${id}${object}${close}${open}${object}${other}${close}</o>`, 3),
    `<o>${open}${id}${object}${id}${object}${close}${open}${other}${object}${other}${close}</o>`,
  );
  t.is(
    await arranged(`<o>${open}${object}${close}${open}${id}${object}${close}</o>`, 5),
    `<o>${open}${object}${close}${open}${id}${object}${close}</o>`,
  );
});

test('however the bytes come, the result is the same', async (t) => {
  const part = fc.constantFrom('<anbieter>', '</anbieter>', id, object, '<firma/>', '<', '>', 'ü');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), async (parts, size) => {
      const document = parts.join('');
      t.is(await arranged(document, size), await arranged(document, 10_000));
    }),
    { numRuns: 100 },
  );
});
