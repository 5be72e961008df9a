import type { XmlElement } from '../xml/xml-element.ts';

export interface ItemGroup {
  /** As in `FeedMapping.itemPath`. */
  readonly path: string;
  readonly items: readonly XmlElement[];
  readonly parents: readonly XmlElement[];
}

const listingName = new RegExp(
  '^(?:property|properties|listing|ad|offer|object|objekt|immobilie|immobile|inmueble|propiedad|' +
    'realestate|annuncio|annonce|bien|item|unit|estate|house|home|product|entry|row|record|imovel)$',
  'i',
);

export function isListingName(path: string): boolean {
  return listingName.test(path.slice(path.lastIndexOf('/') + 1));
}
