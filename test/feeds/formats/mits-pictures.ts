import test from 'ava';
import fc from 'fast-check';
import { picturesFirst } from '../../../shared/feeds/formats/recipes/mits-pictures.ts';

async function arranged(document: string, size = 7): Promise<string> {
  async function* chunks() {
    const bytes = Buffer.from(document);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const parts: Buffer[] = [];
  for await (const part of picturesFirst(chunks())) parts.push(part);
  return Buffer.concat(parts).toString();
}

const picture = (name: string): string => `<File FileID="1"><Src>${name}</Src></File>`;
const unit = `<ILS_Unit IDValue="u1"><Comment>ü</Comment>${picture('own')}</ILS_Unit>`;
const plan = `<Floorplan><Name>A</Name></Floorplan>`;

test('pictures behind units and floor plans are given before them, for each building its own', async (t) => {
  const building = (before: string, behind: string): string =>
    `<Property IDValue="b"><PropertyID/>${before}${plan}${unit}${behind}</Property>`;
  t.is(
    await arranged(`<P>${building('', `<Fee/>${picture('1')} ${picture('2')}`)}${building('', picture('3'))}</P>`),
    `<P><Property IDValue="b"><PropertyID/>${picture('1')}${picture('2')}${plan}${unit}<Fee/>${picture('1')} ` +
      `${picture('2')}</Property><Property IDValue="b"><PropertyID/>${picture('3')}${plan}${unit}${picture('3')}` +
      '</Property></P>',
  );
});

test('without pictures behind units nothing changes', async (t) => {
  for (const document of [
    `<P><Property>${picture('1')}${unit}</Property></P>`,
    `<P><Property>${plan}${unit}`,
    `<P><Property>${unit}${picture('1')}`,
    '<P><Property><ILS_Un',
    '<P',
    '',
  ])
    t.is(await arranged(document), document);
});

test('however the bytes come, the result is the same', async (t) => {
  const part = fc.constantFrom('<Property>', '</Property>', picture('1'), unit, plan, '<Fee/>', '</File>', '<', '>');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), async (parts, size) => {
      const document = parts.join('');
      t.is(await arranged(document, size), await arranged(document, 10_000));
    }),
    { numRuns: 100 },
  );
});
