import type { ItemAction, ListingStatus } from '../formats/feed-format.ts';
import { wordKey, wordTable } from './words.ts';

const statuses = wordTable<ListingStatus>({
  ACTIVE:
    'available, current, for sale, for rent, to let, to rent, for lease, on market, on the market, listing, live, ' +
    'open, published, new, under construction, ready, off plan, offplan, resale, activo, activa, disponible, ' +
    'en venta, en alquiler, libre, publicado, aktiv, verfügbar, offen, frei, zu verkaufen, zu vermieten, ' +
    'disponible immediatement, a vendre, a louer, actif, disponibile, attivo, libero, in vendita, beschikbaar, ' +
    'te koop, te huur, disponivel, disponível, ativo, for_sale, for_rent, en construccion, preventa, ' +
    'entrega inmediata, активен, активно, доступно, свободно, в продаже, διαθέσιμο, till salu, til salgs, ' +
    'dostępne, dostępny, dostępna, aktualna, aktualne, aktualny, aktywna, aktywne, aktywny, w sprzedaży, 1, true, ' +
    'yes, online, back on market, back on the market, relisted, new listing, price change, price changed, ' +
    'price reduced, reduced, in stock, for auction, available now, vacant, publicada, en publicación, à venda, ' +
    'a venda, para alugar, in affitto, a la venta, ' +
    'aktivní, aktivny, aktívny, aktívna, aktívne, v nabídce, v ponuke, aktivan, aktivna, aktivno, aktív, ' +
    'u ponudi, ενεργό, yayında',
  RESERVED:
    'under offer, underoffer, sale agreed, under contract, undercontract, pending, contingent, sstc, sold stc, ' +
    'sold subject to contract, subject to contract, let agreed, deposit taken, deposit received, option, optioned, ' +
    'on hold, in contract, reservado, reservada, con reserva, señalado, reserviert, vorgemerkt, in verhandlung, ' +
    'réservé, sous offre, sous compromis, compromis, riservato, opzionato, trattativa, in trattativa, ' +
    'gereserveerd, onder bod, onder optie, verkocht onder voorbehoud, reservat, забронировано, бронь, резерв, ' +
    'в резерве, rezervováno, κρατημένο, rezerwacja, zarezerwowane, zarezerwowana, zarezerwowany, ' +
    'active under contract, active contingent, active option contract, active option, backup offer, ' +
    'accepting backups, accepting backup offers, option pending, sale pending, pending sale, offer pending, ' +
    'offer accepted, pending continue to show, attorney review, in escrow, kick out, let stc, lstc, stc, booked, ' +
    'reservation, réservée, riservata, apalabrado, em negociação, com proposta, prenotato, prenotata, rezervat, ' +
    'rezervovano, rezervirano, ' +
    'rezervovaný, rezervovaná, rezervované, rezervirana, rezerviran, foglalt, foglalózva, compromis ' +
    'signé, in onderhandeling',
  SOLD:
    'verkauft, vendido, vendida, vendu, vendue, venduto, venduta, verkocht, продано, продан, продана, sålt, ' +
    'såld, solgt, myyty, sprzedane, sprzedana, sprzedany, sprzedano, prodáno, prodano, completed, closed, settled, ' +
    'referenz, πουλήθηκε, satıldı, exchanged, contracts exchanged, exchange of contracts, sold externally, sold out, ' +
    'sold by us, sold by other, sold by another agent, eladva, vândut, vandut, predané, продадено, ' +
    'prodaný, prodaná, predaný, predaná, prodana, prodan, πωλημένο, elkelt',
  RENTED:
    'leased, let, let out, vermietet, alquilado, alquilada, loué, louée, affittato, affittata, locato, verhuurd, ' +
    'сдано, сдан, сдана, uthyrd, utleid, udlejet, vuokrattu, wynajęte, pronajato, locada, alugado, alugada, ' +
    'ενοικιάστηκε, kiralandı, lease completed, wynajęta, wynajęty, wynajęto, arrendado, arrendada, let by us, ' +
    'let by other, let externally, închiriat, inchiriat, ' +
    'pronajatý, pronajatá, prenajaté, prenajatý, prenajatá, prenajaté, iznajmljeno, iznajmljena, izdato, ' +
    'kiadva, ενοικιασμένο',
  WITHDRAWN:
    'off market, offmarket, off the market, removed, deleted, delete, expired, cancelled, canceled, inactive, ' +
    'not available, unavailable, archived, unpublished, disabled, suspended, draft, paused, retirado, retirada, ' +
    'inactivo, inactiva, no disponible, baja, de baja, eliminado, zurückgezogen, inaktiv, archiviert, gelöscht, ' +
    'nicht verfügbar, retiré, retirée, indisponible, inactif, archivé, supprimé, ritirato, non disponibile, ' +
    'inattivo, sospeso, ingetrokken, niet beschikbaar, снят, снято, снято с продажи, неактивно, удалено, архив, ' +
    'pulled, lapsed, false, no, hold, incomplete, coming soon, temp off market, temporarily off market, ' +
    'temporarily withdrawn, terminated, offline, out of stock, not for sale, not published, hidden, private, ' +
    'discontinued, indisponível, indisponivel, inativo, inativa, suspenso, suspensa, suspendido, pausado, ' +
    'pausada, excluido, excluído, nieaktualna, nieaktualne, nieaktualny, nieaktywna, nieaktywne, nieaktywny, ' +
    'wycofana, wycofane, wycofany, usunięta, usunięte, archiwalna, archiwum, abgelaufen, deaktiviert, expiré, ' +
    'scaduto, scaduta, sospesa, off, valuation, pre market, archivado, archivada, caducado, caducada, ' +
    'staženo, stažený, stiahnuté, neaktivní, neaktívny, neaktívna, neaktívne, neaktivan, neaktivna, ' +
    'zrušeno, törölt, ανενεργό, pasif, yayından kaldırıldı',
});

/**
 * Null if unknown. Of several words (`Active - Contingent`), one that takes the listing off offer wins; `ACTIVE` needs
 * all known.
 */
export function parseStatus(word: string): ListingStatus | null {
  const known = statuses.get(wordKey(word));
  if (known !== undefined) return known;
  const parts = word.split(/[-–—/(),;:|]+/u, maxWords).filter((part) => wordKey(part) !== '');
  if (parts.length < 2) return null;
  const said = parts.map((part) => statuses.get(wordKey(part)));
  return said.find((one) => one !== undefined && one !== 'ACTIVE') ?? (said.includes(undefined) ? null : 'ACTIVE');
}

const maxWords = 6;

const actions = wordTable<ItemAction>({
  upsert:
    'write, insert, add, added, new, create, created, update, updated, change, changed, modify, modified, edit, ' +
    'save, publish, active, keep, u, a, i, c, m, n, alta, modificar, actualizar, nuevo, neu, ändern, ' +
    'aktualisieren, importieren, hinzufügen, dodaj, zmień, aktualizuj, ajouter, modifier, inserimento, ' +
    'modifica, scrivi, 0, false, no, vložit, změnit, přidat, upravit, toevoegen, wijzigen, ajout, inserir, alterar, ' +
    'atualizar, incluir, cambio, nuova, nueva, ekle, güncelle',
  remove:
    'delete, deleted, del, d, removed, erase, withdraw, withdrawn, unpublish, unpublished, deactivate, expire, ' +
    'expired, archive, archived, offmarket, off market, löschen, gelöscht, entfernen, ' +
    'deaktivieren, eliminar, borrar, baja, elimina, eliminare, cancella, cancellare, rimuovi, supprimer, ' +
    'suppression, verwijderen, usuń, usun, usunac, usunąć, удалить, удалено, excluir, excluído, remover, ta bort, ' +
    'slet, slett, smazat, şterge, true, yes',
});

/** Null if unknown. */
export function parseAction(word: string): ItemAction | null {
  return actions.get(wordKey(word)) ?? null;
}
