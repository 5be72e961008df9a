import { memoize } from '../../platform/memoize.ts';
import type { ListingStatus } from './feed-format.ts';
import { parseBoolean } from '../values/booleans.ts';
import { nameKey } from '../values/words.ts';

const removed = new RegExp(
  '^(?:is|has)?(?:been)?(?:deleted?|removed?|archived?|withdrawn|expired|off(?:the)?market|inactive|' +
    'hidden|unpublished|' +
    'disabled|draft|loe?schen|geloe?scht|inaktiv|deaktiviert|archiviert|borrad[oa]|eliminad[oa]|eliminar|retirad[oa]|' +
    'archivad[oa]|inactiv[oa]|desactivad[oa]|baja|supprimee?|supprime|archivee?|retiree?|cancellat[oa]|eliminat[oa]|' +
    'archiviat[oa]|ritirat[oa]|excluid[oa]|removid[oa]|arquivad[oa]|inativ[oa]|usuniet[yea]|archiwaln[yea]|' +
    'verwijderd|gearchiveerd|smazan[oaey]?|vymazan[oaey]|zmazan[oaey]|neaktivn[aioey]|neaktivan|obrisan[oa]?|' +
    'arhiviran[oa]?|torolt|pasif|удален[оа]?|удалено|архив)(?:at|on|date|flag)?$',
);
const onOffer = new RegExp(
  '^(?:is)?(?:active|enabled|visible|published?|online|available|availability|live|onmarket|listed|aktiv|sichtbar|' +
    'veroe?ffentlicht|verfue?gbar|activ[oa]|publicad[oa]|disponible|actif|active|visibil[ei]|publiee?|attiv[oa]|' +
    'pubblicat[oa]|disponibile|ativ[oa]|visivel|disponivel|disponibilidade|aktywn[yea]|dostepn[yea]|widoczn[yea]|' +
    'opublikowan[yea]|beschikbaar|actief|gepubliceerd|yayinda|aktif|aktivn[aioey]|aktivan|' +
    'zverejnen[oaey]|zobrazen[oaey]|objavljen[oa]?|vidljiv[oa]?|lathato|ενεργο|' +
    'активн[оы]?|опубликован[оа]?)(?:flag)?$',
);
const gone: readonly (readonly [names: RegExp, status: ListingStatus])[] = [
  [
    new RegExp(
      '^(?:is)?(?:sold|vendid[oa]|verkauft|vendue?|vendut[oa]|verkocht|sprzedan[yea]|prodan[oaey]?|' +
        'predan[oaey]|eladva|' +
        'продан[оа]?)(?:at|on|date|flag)?$',
    ),
    'SOLD',
  ],
  [
    new RegExp(
      '^(?:is)?(?:rented|letagreed|alquilad[oa]|alugad[oa]|arrendad[oa]|vermietet|louee?|affittat[oa]|' +
        'verhuurd|wynajet[yea]|pronajat[oaey]|prenajat[oaey]|kiadva)(?:at|on|date|flag)?$',
    ),
    'RENTED',
  ],
  [
    new RegExp(
      '^(?:is)?(?:reserved|underoffer|undercontract|saleagreed|reserviert|reservad[oa]|bajooferta|' +
        'reservee?|riservat[oa]|gereserveerd|zarezerwowan[yea]|rezervovan[oaey]|rezerviran[oa]?|' +
        'foglalt)(?:at|on|date|flag)?$',
    ),
    'RESERVED',
  ],
];

const places =
  '(?:address|adresse?|addr|direccion|endereco|indirizzo|adres|morada|ulic|utca|location|localizacion|' +
  'localizacao|map|' +
  'street|coordinat|^pin|^geo|^gps)';
const showing = new RegExp(
  '(?:disclose|permit|display|show|publi[sc]|visible|visib|mostra|muestra|exibir|exibe|anzeig|freigeb|' +
    'affich|afis|visualizza|' +
    'pokaz|zobraz|zverejn|prikaz|objav|megjelen|mutat|to(?:on|nen)|goster|εμφαν)',
);
const hiding = new RegExp(
  '(?:hide|hidden|hiding|conceal|suppress|ocult|esconde|nascond|verberg|verstecken|cacher|masque|' +
    'ukryj|skryt|skrit|sakri|rejt|gizle|private)',
);
const ofPlace = new RegExp(places);
const partWords = new RegExp(
  '^(?:all|full|exact|complete|completo|completa|total|exacta|public|neighbou?rhood|street|city|zone|' +
    'zona|none|hidden|approximate|aproximada|partial|private|postcode|area)$',
  'i',
);

export interface StatusFlag {
  readonly yes?: ListingStatus;
  readonly no?: ListingStatus;
  readonly rank: number;
}

/** Cached, as each item of a feed has the same names. */
export const statusFlagOf = memoize(
  (name): StatusFlag | undefined => {
    const key = nameKey(name);
    if (removed.test(key)) return { yes: 'WITHDRAWN', rank: 0 };
    const at = gone.findIndex(([names]) => names.test(key));
    if (at >= 0) return { yes: gone[at]![1], rank: at + 1 };
    return onOffer.test(key) ? { no: 'WITHDRAWN', rank: gone.length + 1 } : undefined;
  },
  { maxAnswers: 10_000, maxLength: 60 },
);

/** What a yes means for the address. An attribute's name needs its element's: `address/@visible`. */
export function addressFlagOf(name: string, element?: string): 'shows' | 'hides' | undefined {
  const leaf = nameKey(name);
  if (!ofPlace.test(element === undefined ? leaf : nameKey(`${element} ${name}`))) return undefined;
  if (hiding.test(leaf)) return 'hides';
  return showing.test(leaf) ? 'shows' : undefined;
}

/** Yes, no, or how much is shown: `Neighborhood`. */
export function isAddressAnswer(text: string): boolean {
  return parseBoolean(text) !== null || partWords.test(text);
}

export const wholeAddress: readonly string[] = ['all', 'full', 'exact', 'complete', 'public', 'yes', 'true'];
