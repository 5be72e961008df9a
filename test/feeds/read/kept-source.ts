import test from 'ava';
import { sourceOf, mergeSources, packSource, unpackSource } from '../../../shared/feeds/read/kept-source.ts';
import { openimmo } from '../../../shared/feeds/formats/openimmo.ts';
import { parseItem } from '../../../shared/feeds/xml/parse-item.ts';

const parse = (xml: string) => parseItem(Buffer.from(xml)).element;
const merged = (stored: string, update: string) => mergeSources(parse(stored), parse(update));

test('stored elements are restored unchanged, texts between elements included', (t) => {
  const element = parse(
    '<i a="1" x.y="$2"><empty/><b>A <em>big</em> house &amp; more</b><c lang="de"><d>1</d>\n<d/></c></i>',
  );
  t.deepEqual(unpackSource(packSource(element)), element);
});

test('of an update each child of an element counts as a whole, the others stay', (t) => {
  const cases: [stored: string, update: string, expected: string][] = [
    ['<i><g><a>1</a><b>2</b></g></i>', '<i><g><b>3</b><c>4</c></g></i>', '<i><g><a>1</a><b>3</b><c>4</c></g></i>'],
    ['<i><g><a>1</a></g><h>2</h></i>', '<i><h/></i>', '<i><g><a>1</a></g><h/></i>'],
    ['<i><g><a>1</a></g></i>', '<i><g/></i>', '<i><g/></i>'],
    ['<i><g s="no" t="1"/></i>', '<i><g t="2"><a>1</a></g></i>', '<i><g s="no" t="2"><a>1</a></g></i>'],
    ['<i><p><from>1</from></p></i>', '<i><p>5</p></i>', '<i><p>5</p></i>'],
    ['<i><p s="no">5</p></i>', '<i><p><from>1</from></p></i>', '<i><p><from>1</from></p></i>'],
    ['<i><g><k><one/></k></g></i>', '<i><g><k><two/></k></g></i>', '<i><g><k><two/></k></g></i>'],
    ['<i><c>1</c><c>2</c></i>', '<i><c>3</c></i>', '<i><c>3</c></i>'],
    [
      '<i><g><t lang="de">1</t><t lang="fr">2</t></g></i>',
      '<i><g><t lang="fr">3</t><t lang="en">4</t></g></i>',
      '<i><g><t lang="de">1</t><t lang="fr">3</t><t lang="en">4</t></g></i>',
    ],
  ];
  for (const [stored, update, expected] of cases)
    t.deepEqual(merged(stored, update), parse(expected), `${stored} ${update}`);
});

test('only what a format names is kept, and of a hidden address not where it is', (t) => {
  const source = sourceOf(
    parse(
      '<immobilie id="1"><geo><ort>Zug</ort><strasse>Seeweg</strasse></geo><anhaenge><anhang/></anhaenge>' +
        '<verwaltung_techn><aktion aktionart="DELETE"/><sprache>de</sprache></verwaltung_techn></immobilie>',
    ),
    openimmo,
  );
  t.deepEqual(
    source?.whole,
    parse(
      '<immobilie><geo><ort>Zug</ort><strasse>Seeweg</strasse></geo><verwaltung_techn><sprache>de</sprache>' +
        '</verwaltung_techn></immobilie>',
    ),
  );
  t.deepEqual(
    source?.withoutAddress,
    parse('<immobilie><geo><ort>Zug</ort></geo><verwaltung_techn><sprache>de</sprache></verwaltung_techn></immobilie>'),
  );
});
