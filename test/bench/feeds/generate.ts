/** Kyero-like: 20,000 listings per 100 MB, five languages, twenty images, half CDATA. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { seeded } from '../../doubles/seeded.ts';

const listingsPerMegabyte = 200;

const words = (
  'villa terraza piscina vistas al mar garden near the beach modern kitchen three large bedrooms garaje jardín ' +
  'Küche Wohnzimmer Meerblick plage cuisine équipée säng utsikt 2 km from the golf course &amp; shops'
).split(' ');
const towns = ['Altea', 'Jávea', 'Torrevieja', 'Orihuela Costa', 'Dénia', 'Calpe', 'Nerja'];
const types = ['Villa', 'Apartment', 'Town house', 'Finca', 'Plot'];

/** @param changedShare share with another price @returns listings */
export async function writeFeed(file: string, megabytes: number, changedShare = 0): Promise<number> {
  const count = Math.round(megabytes * listingsPerMegabyte);
  const stream = createWriteStream(file);
  const every = changedShare > 0 ? Math.round(1 / changedShare) : Infinity;
  const random = seeded(42);
  stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<root>\n<kyero><feed_version>3</feed_version></kyero>\n');
  for (let i = 1; i <= count; i++) {
    if (!stream.write(listing(i, random, i % every === 0))) await once(stream, 'drain');
  }
  stream.end('</root>\n');
  await once(stream, 'finish');
  return count;
}

function listing(id: number, random: () => number, changed: boolean): string {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
  const text = (length: number) => Array.from({ length }, () => pick(words)).join(' ');
  const descriptions = ['en', 'es', 'de', 'fr', 'sv'].map((language, i) => {
    const words = text(80);
    return `<${language}>${i % 2 === 0 ? `<![CDATA[${words}]]>` : words}</${language}>`;
  });
  const images = Array.from(
    { length: 20 },
    (_, i) => `<image id="${i + 1}"><url>https://images.example.com/listings/${id}/photo-${i + 1}.jpg</url></image>`,
  );
  return (
    `<property><id>${id}</id><date>2026-10-${String((id % 28) + 1).padStart(2, '0')} 10:00:00</date>` +
    `<ref>REF-${id}</ref><price>${100_000 + id * 10 + (changed ? 5 : 0)}</price><currency>EUR</currency>` +
    `<price_freq>sale</price_freq><new_build>0</new_build><type>${pick(types)}</type><town>${pick(towns)}</town>` +
    `<province>Alicante</province><country>Spain</country><location><latitude>38.${1000 + (id % 8999)}</latitude>` +
    `<longitude>-0.${1000 + (id % 8999)}</longitude></location><beds>${id % 6}</beds><baths>${id % 4}</baths>` +
    `<pool>${id % 2}</pool><surface_area><built>${60 + (id % 300)}</built><plot>${id % 2000}</plot>` +
    '</surface_area><energy_rating><consumption>C</consumption><emissions>D</emissions></energy_rating><url>' +
    `<en>https://www.example.com/property/${id}</en></url><desc>${descriptions.join('')}</desc><features>` +
    `<feature>Terrace ${id % 7}</feature><feature>Air conditioning</feature></features>` +
    `<images>${images.join('')}</images></property>\n`
  );
}
