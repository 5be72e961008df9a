import test from 'ava';
import { languageOfText, languageTold } from '../../../shared/feeds/values/language-of-text.ts';
import { loadLibraries } from '../../../shared/platform/libraries.ts';

await loadLibraries();

test('words tell a language that contradicts the usual one, names and a few words do not', (t) => {
  const texts: Readonly<Record<string, string>> = {
    en: 'A house in Casa de Campo, with views of El Mar and Los Pinos, close to the shops and the beach',
    es: 'Bonito piso. Con terraza y vistas.',
    ca: 'Pis amb terrassa i vistes a la mar',
    pt: 'Linda casa no centro da cidade.',
    fr: 'Bel appartement avec terrasse dans une résidence',
    it: 'Una casa con giardino e vista sul mare, due camere e bagno',
    de: 'Ein Haus mit Garten und Blick auf die Berge',
    nl: 'Een huis met uitzicht op de zee',
    pl: 'Ładne mieszkanie w Krakowie',
    sv: 'Huset ligger nära havet och har en fin trädgård',
    da: 'Huset ligger tæt på havet og har en flot have',
    nb: 'Huset ligger nær havet og har en fin hage med utsikt',
    ro: 'Casă de piatră cu vedere la mare',
    ru: 'Дом у моря с видом на горы',
  };
  for (const [language, text] of Object.entries(texts)) {
    t.is(languageTold(text), language, text);
    for (const usual of Object.keys(texts))
      if (usual === language || !['sv', 'da', 'nb'].includes(language))
        t.is(languageOfText(text, usual), language, `${text} (${usual})`);
  }
  for (const text of [
    'Villa La Casa del Mar, Altea',
    'Wohnung in Berlin',
    'Exclusive, elegant villa',
    'http://el.example/con/una',
    '',
  ])
    t.is(languageOfText(text, 'en'), 'en', text);
  t.is(
    languageOfText('Pekný dom na predaj, byt je v centre', 'sk'),
    'sk',
    'a language that is not in the table keeps the texts of its kin',
  );
});

test('letters tell a language that no one named', (t) => {
  t.is(languageOfText('Продаётся дом', 'en'), 'ru');
  t.is(languageOfText('Продається будинок', 'en'), 'uk');
  t.is(languageOfText('Продава се къща', 'bg'), 'bg');
  t.is(languageOfText('Πωλείται σπίτι', 'en'), 'el');
  t.is(languageOfText('A house', 'en'), 'en');
  t.is(languageOfText('Sea view apartment Paphos', 'el'), 'en', 'no Greek is written in Latin letters');
  t.is(languageOfText('Apartment 3+1', 'ru'), 'en');
  t.is(languageOfText('Kuća u Beogradu', 'sr'), 'sr');
  t.is(languageOfText('120 m2', 'el'), 'en');
  t.is(languageOfText('12-34', 'el'), 'el');
});

test('letters that only one of several languages has tell it, those that they share are the usual one’s', (t) => {
  const told: Readonly<Record<string, string>> = {
    bg: 'Продава се къща с градина',
    sr: 'Кућа са баштом у Београду',
    mk: 'Куќа со двор и поглед кон планината',
    ru: 'Продаётся дом с садом, второй этаж',
    uk: 'Продається будинок із садом, поверх другий',
    be: 'Прадаецца дом з садам, які знаходзіцца ў Мінску',
    kk: 'Алматы қаласында үй сатылады, үлкен бақ бар, екі қабатты',
    fa: 'آپارتمان با پارکینگ و گاراژ',
    ar: 'شقة للبيع في دبي مع حديقة',
  };
  for (const [language, text] of Object.entries(told)) {
    t.is(languageTold(text), language, text);
    for (const usual of ['en', 'ru', 'bg', 'sr', 'uk', 'ar', 'fa'])
      t.is(languageOfText(text, usual), language, `${text} (${usual})`);
  }
  t.is(
    languageTold(
      'Тристаен апартамент в центъра на София, до парк и училище, с прекрасна гледка към планината, два балкона и ' +
        'гараж в сградата',
    ),
    'bg',
  );
  for (const text of ['Объект в центре', 'Площадь 50']) t.not(languageTold(text), 'bg', text);
  t.is(languageTold('Дом на улице Ірини, второй этаж, рядом рынок'), 'ru', 'a name is no text');
  for (const usual of ['bg', 'sr', 'mk', 'uk'])
    t.deepEqual(
      [
        languageTold('Апартамент до парка'),
        languageTold('Апартамент до парка', usual),
        languageOfText('Апартамент до парка', usual),
      ],
      [undefined, usual, usual],
      usual,
    );
  t.deepEqual(
    [languageTold('Апартамент до парка', 'en'), languageOfText('منزل', 'en'), languageOfText('منزل', 'fa')],
    ['ru', 'ar', 'fa'],
  );
});

test('Czech and Slovak are distinguished by their letters, else the usual one of the two counts', (t) => {
  for (const [text, usual, language] of [
    ['Rodinný dům na prodej', 'en', 'cs'],
    ['Zděný dům, podkroví, terasa', 'en', 'cs'],
    ['Prodej bytu 3+kk v centru města, po rekonstrukci.', 'sk', 'cs'],
    ['Slunny byt v novostavbe s balkonem a parkovanim.', 'cs', 'cs'],
    ['Ponuka bytu v novostavbe s balkonom a parkovanim.', 'sk', 'sk'],
    ['Byt v dobrom stave, môžete sa nasťahovať hneď.', 'cs', 'sk'],
    ['Útulný byt blízko centra', 'cs', 'cs'],
    ['Ponúkame na predaj 2-izbový byt po rekonštrukcii', 'cs', 'sk'],
    ['Na predaj byt v lokalite Ľubietová pri lese', 'cs', 'sk'],
    ['Prenájom kancelárie v centre', 'sk', 'sk'],
  ] as const)
    t.is(languageOfText(text, usual), language, text);
});
