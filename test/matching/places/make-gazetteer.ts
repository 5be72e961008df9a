import { spawnSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../../../adapter/project.ts';
import { gazetteerOf, readTowns, type Town } from '../../../shared/matching/places/make-gazetteer.ts';

function town(name: string, otherNames: string, population = 50_000, country = 'DE'): Town {
  return { id: name, name, otherNames: otherNames.split(','), country, population };
}

test('a row of the table is read by its columns', (t) => {
  const row = ['146384', 'Limassol', 'Limassol', 'Lemesos,Λεμεσός', '34.675', '33.03333', 'P', 'PPLA', 'CY'];
  row.push('', '05', '', '', '', '154000', '', '12', 'Asia/Nicosia', '2017-01-01');
  t.deepEqual(readTowns(`${row.join('\t')}\n\n`), [
    { id: '146384', name: 'Limassol', otherNames: ['Lemesos', 'Λεμεσός'], country: 'CY', population: 154_000 },
  ]);
});

const cases: readonly (readonly [string, readonly Town[], readonly (readonly string[])[]])[] = [
  [
    'other names are kept once, in compared form',
    [town('Nürnberg', 'Nuremberg,NUREMBERG,Нюрнберг')],
    [['nurnberg', 'nuremberg', 'нюрнберг']],
  ],
  [
    'what matching folds by itself is no other name',
    [town('Düsseldorf', 'Duesseldorf,Dusseldorf,Dussel-dorf')],
    [['dusseldorf', 'dussel dorf']],
  ],
  ['codes, transcriptions and unknown letters are left out', [town('Bonn', 'BNJ,pong,ボン,본')], []],
  [
    'a small article is no transcription',
    [town('Den Haag', "'s-Gravenhage,la Haya")],
    [['den haag', 'la haya', 's gravenhage']],
  ],
  [
    'a name that is the first name of another place is left out',
    [town('Köln', 'Colonia,Keulen'), town('Colonia', '', 19_000)],
    [['koln', 'keulen']],
  ],
  ['a name of two towns means neither', [town('Aa', 'Halle'), town('Bb', 'Halle')], []],
  ['but a far larger one', [town('Aa', 'Halle', 900_000), town('Bb', 'Halle', 20_000)], [['aa', 'halle']]],
  [
    'towns of one name are one line',
    [town('Bristol', 'Bristolo'), town('Bristol', 'Bristul')],
    [['bristol', 'bristolo', 'bristul']],
  ],
  ['villages and far countries are left out', [town('Au', 'Aua', 2000), town('Osaka', 'Ohsaka', 900_000, 'JP')], []],
];
for (const [title, towns, expected] of cases)
  test(title, (t) => t.deepEqual(gazetteerOf(towns), expected as string[][]));

test('without a table the command says what it expects', (t) => {
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'gazetteer'], { cwd: projectRoot, encoding: 'utf8' });
  t.is(status, 1);
  t.regex(stderr, /Expected the paths of GeoNames tables/);
});
