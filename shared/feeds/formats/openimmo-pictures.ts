import type { XmlElement } from '../xml/xml-element.ts';
import { child, elementsAt, textAt } from '../xml/xml-element.ts';
import type { ImageCandidate } from '../values/images.ts';
import { keptAddress, tellLost } from './enclosed-pictures.ts';
import type { FeedContext } from './feed-format.ts';
import type { ItemReader } from './item-reader.ts';

const noPictures: ReadonlySet<string> = new Set([
  'DOKUMENTE',
  'FILM',
  'FILMLINK',
  'LINKS',
  'PANORAMA',
  'QRCODE',
  'ANBIETERLOGO',
  'ANBOBJURL',
  'EPASS-SKALA',
]);
const plans: ReadonlySet<string> = new Set(['GRUNDRISS', 'KARTEN_LAGEPLAN']);

export function readPictures(reader: ItemReader, item: XmlElement, context: FeedContext): void {
  if (child(item, 'anhaenge') === undefined && child(item, 'anhang') === undefined) return;
  const attachments = [...elementsAt(item, 'anhaenge/anhang'), ...elementsAt(item, 'anhang')].filter(isPicture);
  const named = attachments.flatMap((attachment) => {
    const url = addressOf(attachment, context);
    return url === null ? [] : [{ ...candidate(attachment), url }];
  });
  reader.images(named);
  tellLost(reader, attachments.length - named.length);
}

/** `null`: delivered but not kept. */
function addressOf(attachment: XmlElement, context: FeedContext): string | null {
  const path = pathOf(attachment);
  if (path === '') return isInside(attachment) ? null : '';
  const kept = keptAddress(path, context);
  if (kept !== undefined) return kept;
  const isIntern = attachment.attributes['location']?.trim().toUpperCase() === 'INTERN';
  return isIntern && !/^https?:/i.test(path) ? null : path;
}

function pathOf(attachment: XmlElement): string {
  return textAt(attachment, 'daten/pfad')?.trim() ?? '';
}

function groupOf(attachment: XmlElement): string {
  return attachment.attributes['gruppe']?.trim().toUpperCase() ?? '';
}

function isPicture(attachment: XmlElement): boolean {
  return !(
    noPictures.has(groupOf(attachment)) ||
    /pdf|mpeg|mp4|video/i.test(textAt(attachment, 'format') ?? '') ||
    /\.(?:pdf|docx?|mp4|html?)$/i.test(pathOf(attachment))
  );
}

function isInside(attachment: XmlElement): boolean {
  return Boolean(textAt(attachment, 'daten/anhanginhalt')?.trim());
}

function candidate(attachment: XmlElement): Omit<ImageCandidate, 'url'> {
  const group = groupOf(attachment);
  return {
    caption: textAt(attachment, 'anhangtitel'),
    main: group === 'TITELBILD',
    plan: plans.has(group),
  };
}
