import test from 'ava';
import { placesInLine } from '../../../shared/feeds/formats/one-line-address.ts';

test('town and region are found in a Russian address of one line, in any order', (t) => {
  for (const [line, region, town] of [
    ['Тверская обл., г. Ржев, ул. Лесная, 3', 'Тверская обл.', 'Ржев'],
    ['Россия, 630000, Новосибирская область, Новосибирск, ул. Ленина, 5', 'Новосибирская область', 'Новосибирск'],
    ['Новосибирск, ул. 25 лет Октября, 9', undefined, 'Новосибирск'],
    ['с. Новое, Приволжский р-н, Ивановская обл.', 'Ивановская обл.', 'Новое'],
    ['ул. Лесная, 3', undefined, undefined],
    ['11 Mill Lane, Leeds', undefined, 'Leeds'],
  ] as const) {
    const found = placesInLine(line);
    t.deepEqual([found.province, found.town], [region, town], line);
  }
});
