import test from 'ava';
import { yandex } from '../../../shared/feeds/formats/yandex.ts';
import { mapFeed } from '../../doubles/map-feed.ts';

const read = (location: string) =>
  mapFeed(
    yandex,
    `<realty-feed><offer ` +
      `internal-id="1"><type>продажа</type>${location}<area><value>50</value></area></offer></realty-feed>`,
  )[0]?.values;

for (const [address, city, province, country] of [
  ['Тверь, ул. Лесная, 3', 'Тверь'],
  ['г Москва, ул Лесная, 3', 'Москва'],
  ['г.Москва, Лесная улица, 3', 'Москва'],
  ['пос. Лесной, ул. Мира, 1', 'Лесной'],
  ['Тверская обл., г. Ржев, ул. Лесная, 3', 'Ржев', 'Тверская обл.'],
  ['Ивановская обл., г. Приволжск, ул. Мира', 'Приволжск', 'Ивановская обл.'],
  ['Московская область, Химки, ул. Мира, 1', 'Химки', 'Московская область'],
  ['Краснодарский край, г. Сочи, ул. Мира, 1', 'Сочи', 'Краснодарский край'],
  ['Республика Татарстан, Казань, ул. Мира, 1', 'Казань', 'Республика Татарстан'],
  ['обл. Тверская, г. Ржев, ул. Мира, 1', 'Ржев', 'обл. Тверская'],
  ['Россия, Тверская область, Ржев, ул. Мира, 1', 'Ржев', 'Тверская область', 'RU'],
  ['170000, г. Тверь, ул. Мира, 1', 'Тверь'],
  ['ул. Лесная, 3, Тверь', 'Тверь'],
  ['Московская область, городской округ Химки, деревня Ивановка, д. 5', 'Ивановка', 'Московская область'],
  ['Россия, 142000, Московская обл, Домодедово г, Каширское ш, 4', 'Домодедово', 'Московская обл', 'RU'],
  ['Ленинградская область, Всеволожский район, посёлок Мурино, 3', 'Мурино', 'Ленинградская область'],
  ['Moscow, Tverskaya street, 1', 'Moscow'],
  ['Лесная улица', undefined],
  ['Лесная', undefined],
  ['', undefined],
] as const)
  test(`the town in ${address || 'nothing'}`, (t) => {
    const values = read(`<location><address>${address}</address></location>`);
    t.is(values?.city ?? undefined, city);
    t.is(values?.province ?? undefined, province);
    t.is(values?.country ?? undefined, country);
  });

test('a place alongside the location is read, too', (t) => {
  t.like(
    read('<country>Россия</country><region>Л</region><locality-name>Выборг</locality-name><address>ул. А, 1</address>'),
    {
      country: 'RU',
      province: 'Л',
      city: 'Выборг',
      address: 'ул. А, 1',
    },
  );
});
