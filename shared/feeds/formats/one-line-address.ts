/**
 * `Россия, Тверская обл., г. Ржев, ул. Лесная, 3`: labels (`г.`, `обл.`, `р-н`) count, else the first part that is no
 * street is the town.
 */
import { beginningOf } from '../values/bounded.ts';
import { parseCountry } from '../values/countries.ts';

/** `\b` does not work for Cyrillic. */
const word = (words: string): RegExp => new RegExp(String.raw`(?:^|[\s.])(?:${words})(?:[\s.]|$)`, 'iu');
const region = word(
  'обл|область|край|респ|республика|ао|автономный округ|автономная область|oblast|region|krai|republic',
);
const area = word(
  'р-н|район|г о|го|г\\.о|м о|мо|м\\.о|городской округ|муниципальный округ|муниципальный район|сельское поселение|' +
    'с п|с\\.п|снт|днп|district|raion',
);
const street = word(
  'ул|улица|пр|пр-т|пр-кт|просп|проспект|пер|переулок|бул|б-р|бульвар|наб|набережная|ш|шоссе|пл|площадь|туп|тупик|' +
    'проезд|пр-д|мкр|мкрн|мкр-н|микрорайон|квартал|кв-л|аллея|линия|тракт|жк|км|street|st|avenue|ave|road|rd|lane|кв|' +
    'дом|корп|корпус|стр|строение|литер|вл|оф|офис|этаж',
);
const settlements =
  'гор|г|город|село|с|посёлок|поселок|пос|пгт|рп|р\\.\\s?п|п|деревня|дер|д|станица|ст-ца|хутор|х|аул|city|town|village';
const settled = new RegExp(String.raw`^(?:${settlements})(?:\.\s*|\s+)(?=\p{L})|\s+(?:г|город|пгт|рп|с|п)\.?$`, 'iu');

export interface Line {
  readonly country?: string;
  readonly province?: string;
  readonly town?: string;
  readonly postalCode?: string;
}

type Part = 'postalCode' | 'country' | 'province' | 'town' | 'area' | 'street' | 'plain';

function kindOf(part: string): Part {
  if (/^\d{5,6}$/.test(part)) return 'postalCode';
  if (parseCountry(part) !== null) return 'country';
  if (region.test(part)) return 'province';
  const hasNumber = /\d/.test(part);
  if (settled.test(part) && !hasNumber) return 'town';
  if (area.test(part)) return 'area';
  return hasNumber || street.test(part) ? 'street' : 'plain';
}

export function placesInLine(address: string): Line {
  const parts = beginningOf(address)
    .split(',', 20)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({ part, kind: kindOf(part) }));
  const first = (wanted: Part): string | undefined => parts.find(({ kind }) => kind === wanted)?.part;
  const [country, province, postalCode] = [first('country'), first('province'), first('postalCode')];
  // A single name may be a street.
  const town = first('town')?.replace(settled, '').trim() ?? (parts.length > 1 ? first('plain') : undefined);
  return {
    ...(country ? { country } : {}),
    ...(province ? { province } : {}),
    ...(postalCode ? { postalCode } : {}),
    ...(town ? { town } : {}),
  };
}
