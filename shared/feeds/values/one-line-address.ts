/**
 * Russian: `Тверская обл., г. Ржев, ул. Лесная, 3`. Labels (`г.`, `обл.`, `р-н`) count, else the first part is the
 * town.
 */

const country = /^(?:россия|рф|российская федерация|russia|украина|беларусь|казахстан)$/iu;
const postcode = /^\d{5,6}$/;
const region = new RegExp(
  String.raw`(?:^|\s)(?:обл(?:асть|\.)?|край|респ(?:ублика|\.)?|автономный округ|ао)(?:\s|\.|$)`,
  'iu',
);
const district = new RegExp(
  String.raw`(?:^|\s)(?:р-н|р-он|район|м\.?\s?о\.?|г\.?\s?о\.?|муниципальный|городской округ|округ|улус|` +
    String.raw`(?:сельское|городское) поселение|сельсовет|с\/с)(?:\s|\.|$)`,
  'iu',
);
const settlement = new RegExp(
  String.raw`^(?:г|город|гор|с|село|пос|поселок|посёлок|п|пгт|дер|деревня|д|ст-ца|станица|р\.?\s?п|х|хутор|аул|` +
    String.raw`ст|снт|днп|кп)(?:\.\s*|\s+)(?=\p{Lu}|«|")`,
  'u',
);
const street = new RegExp(
  String.raw`(?:^|\s)(?:ул|улица|пер|переулок|пр|пр-т|просп|проспект|пр-д|проезд|ш|шоссе|наб|набережная|б-р|бульвар|` +
    String.raw`пл|площадь|мкр|мкр-н|микрорайон|кв-л|квартал|туп|тупик|аллея|линия|тракт|трасса|жк|тер|д|дом|к|корп|` +
    String.raw`корпус|стр|строение|вл)(?:\s|\.|$)`,
  'iu',
);

/** Empty for lines of another kind. */
export function placesInLine(line: string): { readonly region?: string; readonly town?: string } {
  const parts = line
    .split(',')
    .map((part) => part.replace(/\s+/gu, ' ').trim())
    .filter((part) => part !== '' && !country.test(part) && !postcode.test(part));
  if (parts.length < 2 || !/\p{Script=Cyrillic}/u.test(line)) return {};
  const regions = parts.filter((part) => region.test(part) && !district.test(part));
  const rest = parts.filter((part) => !regions.includes(part) && !district.test(part));
  const named = rest.find((part) => settlement.test(part));
  const town = (named ?? bareTown(rest))?.replace(settlement, '').trim();
  return {
    ...(regions[0] === undefined ? {} : { region: regions[0] }),
    ...(town === undefined || town === '' ? {} : { town }),
  };
}

/** The first part, else the last, unless a street or number. */
function bareTown(parts: readonly string[]): string | undefined {
  const mayBe = (part: string | undefined): boolean =>
    part !== undefined && /^\p{Lu}/u.test(part) && !street.test(part) && !/\d/.test(part);
  if (mayBe(parts[0])) return parts[0];
  const last = parts.at(-1);
  return parts.length > 1 && mayBe(last) ? last : undefined;
}
