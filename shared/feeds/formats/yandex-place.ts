/** Without `locality-name`, one line: postcode, country, region may come first, the town even after the street. */
import type { XmlElement } from '../xml/xml-element.ts';
import type { ItemReader } from './item-reader.ts';
import { placesInLine } from './one-line-address.ts';
import { firstText } from './paths.ts';

/** Some feeds do not use `location`. */
export function readYandexPlace(reader: ItemReader, item: XmlElement): void {
  const found = (...names: readonly string[]): string | undefined =>
    firstText(item, ...names.flatMap((name) => [`location/${name}`, name]));
  const address = found('address');
  const line = placesInLine(address ?? '');
  reader.country(found('country') || line.country);
  reader.label('province', found('region') || line.province);
  reader.label('city', found('locality-name') || line.town);
  reader.label('district', found('sub-locality-name', 'non-admin-sub-locality', 'district'));
  reader.label('address', address);
  reader.label('postalCode', found('postal-code', 'zip') || line.postalCode);
  reader.point(found('latitude'), found('longitude'));
}
