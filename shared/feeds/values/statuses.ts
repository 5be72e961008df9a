/** What a feed's word says about the state of a listing. */
import type { ListingStatus } from '../formats/feed-format.ts';
import { wordKey, wordTable } from './words.ts';

const statuses = wordTable<ListingStatus>({
  ACTIVE:
    'available, current, for sale, for rent, to let, to rent, for lease, on market, on the market, listing, live, ' +
    'open, published, new, under construction, ready, off plan, offplan, resale, activo, activa, disponible, ' +
    'en venta, en alquiler, libre, publicado, aktiv, verfügbar, offen, frei, zu verkaufen, zu vermieten, ' +
    'disponible immediatement, a vendre, a louer, actif, disponibile, attivo, libero, in vendita, beschikbaar, ' +
    'te koop, te huur, disponivel, disponível, ativo, for_sale, for_rent, en construccion, preventa, ' +
    'entrega inmediata, активен, активно, доступно, свободно, в продаже, διαθέσιμο, till salu, til salgs, ' +
    'dostępne, 1',
  RESERVED:
    'under offer, underoffer, sale agreed, under contract, undercontract, pending, contingent, sstc, sold stc, ' +
    'sold subject to contract, subject to contract, let agreed, deposit taken, deposit received, option, optioned, ' +
    'on hold, in contract, reservado, reservada, con reserva, señalado, reserviert, vorgemerkt, in verhandlung, ' +
    'réservé, sous offre, sous compromis, compromis, riservato, opzionato, trattativa, in trattativa, ' +
    'gereserveerd, onder bod, onder optie, verkocht onder voorbehoud, reservat, забронировано, бронь, резерв, ' +
    'в резерве, rezervováno, κρατημένο, rezerwacja',
  SOLD:
    'verkauft, vendido, vendida, vendu, vendue, venduto, venduta, verkocht, продано, продан, продана, sålt, ' +
    'såld, solgt, myyty, sprzedane, prodáno, completed, closed, settled, referenz, πουλήθηκε, satıldı',
  RENTED:
    'leased, let, let out, vermietet, alquilado, alquilada, loué, louée, affittato, affittata, locato, verhuurd, ' +
    'alugado, alugada, арендовано, сдано, сдан, uthyrd, utleid, udlejet, vuokrattu, wynajęte, pronajato, ' +
    'ενοικιάστηκε, kiralandı, occupied',
  WITHDRAWN:
    'off market, offmarket, off the market, removed, deleted, delete, cancelled, canceled, expired, inactive, ' +
    'not available, unavailable, archived, unpublished, disabled, suspended, draft, paused, retirado, retirada, ' +
    'inactivo, inactiva, no disponible, baja, de baja, eliminado, zurückgezogen, inaktiv, archiviert, gelöscht, ' +
    'nicht verfügbar, retiré, retirée, indisponible, inactif, archivé, supprimé, ritirato, non disponibile, ' +
    'inattivo, sospeso, ingetrokken, niet beschikbaar, снят, снято, снято с продажи, неактивно, удалено, архив, ' +
    'pulled, lapsed',
});

/** The status that a word means, or null when it is unknown: the stored status then stays. */
export function parseStatus(word: string): ListingStatus | null {
  return statuses.get(wordKey(word)) ?? null;
}
