import test from 'ava';
import { mappedTexts } from '../../../shared/feeds/formats/mapped-texts.ts';
import { compileMapping } from '../../../shared/feeds/formats/mapping.ts';
import { RuleValues } from '../../../shared/feeds/formats/rule-values.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';

const item = parseBeginning(
  Buffer.from(
    '<home><de>Haus am See</de><es/><text>House by the lake</text><texts><t lang="fr">Maison</t><t lang="it">Casa</t>' +
      '</texts><one>A</one><two>B</two></home>',
  ),
)!;

test('texts come by language, the first of each; without one only where there is no other', (t) => {
  for (const [rule, texts] of [
    ['text', [['', 'House by the lake']]],
    [
      { de: 'de', en: ['missing', 'text'] },
      [
        ['de', 'Haus am See'],
        ['en', 'House by the lake'],
      ],
    ],
    [
      { each: 'texts/t', path: '.', language: '@lang' },
      [
        ['fr', 'Maison'],
        ['it', 'Casa'],
      ],
    ],
    [{ path: ['one', 'two'], join: ' ' }, [['', 'A B']]],
    [
      { path: 'texts/*', language: 'name' },
      [
        ['t', 'Maison'],
        ['t', 'Casa'],
      ],
    ],
  ] as const) {
    const mapping = compileMapping({ itemPath: 'a/home', fields: { descriptions: rule } });
    const found = mappedTexts(new RuleValues(item, [], mapping), 'descriptions', 'en');
    t.deepEqual(found, texts as never, JSON.stringify(rule));
  }
});
