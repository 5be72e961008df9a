/** Yes/no elements that say a listing is off the market or its address hidden. */
import { parseBoolean } from '../values/booleans.ts';
import { parseDate } from '../values/dates.ts';
import { nameKey } from './field-names.ts';
import type { Place } from './inventory.ts';

const removed = new RegExp(
  '^(?:is|has)?(?:been)?(?:deleted?|removed?|archived?|withdrawn|expired|off(?:the)?market|inactive|' +
    'hidden|unpublished|' +
    'disabled|draft|loe?schen|geloe?scht|inaktiv|deaktiviert|archiviert|borrad[oa]|eliminad[oa]|eliminar|retirad[oa]|' +
    'archivad[oa]|inactiv[oa]|desactivad[oa]|baja|supprimee?|supprime|archivee?|retiree?|cancellat[oa]|eliminat[oa]|' +
    'archiviat[oa]|ritirat[oa]|excluid[oa]|removid[oa]|arquivad[oa]|inativ[oa]|usuniet[yea]|archiwaln[yea]|' +
    'verwijderd|gearchiveerd|удален[оа]?|удалено|архив)(?:at|on|date|flag)?$',
);
const onOffer = new RegExp(
  '^(?:is)?(?:active|enabled|visible|published?|online|available|availability|live|onmarket|listed|aktiv|sichtbar|' +
    'veroe?ffentlicht|verfue?gbar|activ[oa]|publicad[oa]|disponible|actif|active|visibil[ei]|publiee?|attiv[oa]|' +
    'pubblicat[oa]|disponibile|ativ[oa]|visivel|disponivel|disponibilidade|aktywn[yea]|dostepn[yea]|widoczn[yea]|' +
    'opublikowan[yea]|beschikbaar|actief|gepubliceerd|активн[оы]?|опубликован[оа]?)(?:flag)?$',
);
const gone: readonly (readonly [names: RegExp, status: string])[] = [
  [
    new RegExp(
      '^(?:is)?(?:sold|vendid[oa]|verkauft|vendue?|vendut[oa]|verkocht|sprzedan[yea]|prodano|' +
        'продан[оа]?)(?:at|on|date|flag)?$',
    ),
    'SOLD',
  ],
  [
    new RegExp(
      '^(?:is)?(?:rented|letagreed|alquilad[oa]|alugad[oa]|arrendad[oa]|vermietet|louee?|affittat[oa]|' +
        'verhuurd|wynajet[yea])(?:at|on|date|flag)?$',
    ),
    'RENTED',
  ],
  [
    new RegExp(
      '^(?:is)?(?:reserved|underoffer|undercontract|saleagreed|reserviert|reservad[oa]|bajooferta|' +
        'reservee?|riservat[oa]|gereserveerd|zarezerwowan[yea])(?:at|on|date|flag)?$',
    ),
    'RESERVED',
  ],
];

/** Gravest first; without a flag, other words decide. */
export function statusFlags(places: readonly Place[]): readonly { readonly place: Place; readonly rule: unknown }[] {
  const flags = places.filter((place) => isFlag(place));
  const named = (names: RegExp, word: object): { place: Place; rule: unknown }[] =>
    flags
      .filter((place) => names.test(nameKey(place.names.at(-1) ?? '')))
      .map((place) => ({ place, rule: { path: place.path, ...word } }));
  return [
    ...named(removed, { yes: 'WITHDRAWN' }),
    ...gone.flatMap(([names, status]) => named(names, { yes: status })),
    ...named(onOffer, { no: 'WITHDRAWN' }),
  ];
}

/** Yes or no, or the date of a yes. */
function isFlag({ path, names, repeats, samples }: Place): boolean {
  if (repeats || samples.length === 0 || names.length > 3 || path.includes('[')) return false;
  return samples.every(
    (sample) => parseBoolean(sample) !== null || /^0{4}-0{2}-0{2}/.test(sample) || parseDate(sample) !== null,
  );
}

const places =
  '(?:address|adresse?|addr|direccion|endereco|indirizzo|adres|location|localizacion|localizacao|map|mapa|street|ulic)';
const showing = new RegExp(
  '(?:disclose|permit|display|show|publi[sc]|visible|visib|mostra|muestra|exibir|exibe|anzeig|freigeb|' +
    'affich|visualizza|' +
    'pokaz)',
);
const hiding =
  /(?:hide|hidden|hiding|conceal|suppress|ocult|esconde|nascond|verberg|verstecken|cacher|masque|ukryj|private)/;
const ofPlace = new RegExp(places);
const partWords = new RegExp(
  '^(?:all|full|exact|complete|completo|completa|total|exacta|public|neighbou?rhood|street|city|zone|' +
    'zona|none|hidden|approximate|aproximada|partial|private|postcode|area)$',
  'i',
);

/** The place says if the address is shown, and is no address itself. */
export function isAddressFlag({ names, attribute, samples, repeats }: Place): boolean {
  if (repeats || samples.length === 0) return false;
  const leaf = nameKey(names.at(-1) ?? '');
  const key = attribute ? nameKey(names.slice(-2).join(' ')) : leaf;
  return (
    ofPlace.test(key) &&
    (hiding.test(leaf) || showing.test(leaf)) &&
    samples.every((sample) => parseBoolean(sample) !== null || partWords.test(sample))
  );
}

export function addressFlagRule({ path, names, samples }: Place): unknown {
  const hides = hiding.test(nameKey(names.at(-1) ?? ''));
  if (hides) return { path, yes: 'true' };
  if (samples.every((sample) => parseBoolean(sample) !== null)) return { path, no: 'true' };
  return {
    path,
    map: {
      ...Object.fromEntries(
        ['all', 'full', 'exact', 'complete', 'public', 'yes', 'true'].map((word) => [word, 'false']),
      ),
      '*': 'true',
    },
  };
}
