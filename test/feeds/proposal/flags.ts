import test from 'ava';
import { addressFlagRule, isAddressFlag, statusFlags } from '../../../shared/feeds/proposal/flags.ts';
import { takeInventory } from '../../../shared/feeds/proposal/inventory.ts';
import type { Place } from '../../../shared/feeds/proposal/inventory.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';

const placesOf = (xml: string): Place[] => [
  ...takeInventory([parseBeginning(Buffer.from(`<home>${xml}</home>`))!]).places.values(),
];

test('flags of many languages say that a listing is off the market', (t) => {
  for (const [names, rule] of [
    [
      'deleted delete removed archived loeschen geloescht löschen borrado eliminado is_deleted deleted_at',
      'yes WITHDRAWN',
    ],
    ['active aktiv is_active enabled visible published available verfuegbar disponible ativo', 'no WITHDRAWN'],
    ['sold is_sold vendido verkauft', 'yes SOLD'],
    ['rented vermietet alquilado', 'yes RENTED'],
    ['reserved reservado reserviert under_offer', 'yes RESERVED'],
  ] as const)
    for (const name of names.split(' ')) {
      const [found] = statusFlags(placesOf(`<${name}>0</${name}>`));
      const [said, status] = rule.split(' ') as [string, string];
      t.deepEqual(found?.rule, { path: name, [said]: status }, name);
    }
});

test('other elements, and words, are no flags', (t) => {
  for (const xml of ['<furnished>1</furnished>', '<active>Gas</active>', '<active>1</active><active>0</active>'])
    t.deepEqual(statusFlags(placesOf(xml)), [], xml);
});

test('ten ways of saying that an address is not shown; an address is none of them', (t) => {
  for (const [xml, rule] of [
    ['<DiscloseAddress>false</DiscloseAddress>', { path: 'DiscloseAddress', no: 'true' }],
    ['<PermitAddressOnInternet>0</PermitAddressOnInternet>', { path: 'PermitAddressOnInternet', no: 'true' }],
    ['<DisplayAddress>No</DisplayAddress>', { path: 'DisplayAddress', no: 'true' }],
    ['<InternetAddressDisplayYN>false</InternetAddressDisplayYN>', { path: 'InternetAddressDisplayYN', no: 'true' }],
    ['<mostrarMapa>0</mostrarMapa>', { path: 'mostrarMapa', no: 'true' }],
    ['<muestraMapa>no</muestraMapa>', { path: 'muestraMapa', no: 'true' }],
    ['<showExactLocation>false</showExactLocation>', { path: 'showExactLocation', no: 'true' }],
    ['<hide_exact_address>1</hide_exact_address>', { path: 'hide_exact_address', yes: 'true' }],
    ['<publicar_direccion>no</publicar_direccion>', { path: 'publicar_direccion', no: 'true' }],
    ['<address visible="false">x</address>', { path: 'address/@visible', no: 'true' }],
  ] as const) {
    const place = placesOf(xml).find(isAddressFlag);
    t.truthy(place, xml);
    if (place) t.deepEqual(addressFlagRule(place), rule, xml);
  }
  const words = placesOf('<Location displayAddress="Neighborhood"/>').find(isAddressFlag);
  t.like(words && (addressFlagRule(words) as object), { path: 'Location/@displayAddress' });
  for (const xml of ['<address>Mill Lane 1</address>', '<display_address>Mill Lane</display_address>'])
    t.is(placesOf(xml).find(isAddressFlag), undefined, xml);
});
