/**
 * `1.250.000,00`, `€ 450k`, `1,2 Mio`, `ab 450.000 EUR`, `300K+`, `Between $400,000 and $600,000`, `POA`. 0, 1, -1, x
 * and empty text mean on request.
 */
import type { RentalPeriod } from '../formats/feed-format.ts';
import { beginningOf } from './bounded.ts';
import { findCurrency } from './currencies.ts';
import { findPeriod } from './periods.ts';
import { reduced, readAmounts, type AmountOptions } from './price-amounts.ts';
import { wordKey } from './words.ts';

export interface Price {
  /** At most 2 decimals; a range's lower end; null on request. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** A lower bound: `ab`, `from`, `300K+`, a range. */
  readonly from: boolean;
  readonly to: number | null;
  readonly onRequest: boolean;
  readonly period: RentalPeriod | null;
}

export interface PriceOptions extends AmountOptions {
  readonly defaultCurrency?: string | null | undefined;
}

const requestWords: ReadonlySet<string> = new Set(
  (
    'x,poa,p o a,por,p o r,tba,tbc,tbd,on request,price on request,price on application,price upon request,' +
    'upon request,upon application,contact agent,contact us,call,call for price,ask,ask agent,enquire,auf anfrage,' +
    'preis auf anfrage,anfrage,vb,a consultar,consultar,consultar precio,precio a consultar,sur demande,' +
    'prix sur demande,nous consulter,su richiesta,prezzo su richiesta,trattativa riservata,trattativa privata,' +
    'riservata,op aanvraag,prijs op aanvraag,sob consulta,a combinar,consulte,договорная,по запросу,' +
    'по договоренности,цена по запросу,ціна договірна,κατοπιν ζητησης,τιμη κατοπιν ζητησης,na zapytanie,' +
    'cena na zapytanie,na vyžádání,cena na vyžádání,cena na dotaz,na dotaz,info v rk,cena ' +
    'dohodou,dohodou,dohoda,na upit,cijena na upit,' +
    'dogovor,po dogovoru,ár megegyezés szerint,megegyezés szerint,κατοπιν συνεννοησης,τιμη κατοπιν ' +
    'συνεννοησης,fiyat sorunuz,pa forespørsel,på begäran,n a,na,none,null,yes,no'
  )
    .split(',')
    .map(wordKey),
);
const fromWord = new RegExp(
  String.raw`(?:^|[^\p{L}])(?:ab|from|desde|d[eè]s|à partir de|a partir de|a partire da|da|от|od|vanaf|` +
    String.raw`starting at|starts at|offers over|over|above|in excess of|oieo|από|від|fra|från|guide)(?=[^\p{L}]|$)`,
  'iu',
);
/** `300K+`, not `350000 + VAT`. */
const openEnd = /(?<!\d)\d[\d.,]*\s*\p{L}{0,3}\s*\+(?!\s*(?!(?:eur|usd|gbp|aud|chf)\b)[\p{L}\d])/iu;
const perArea = new RegExp(
  String.raw`(?:/|per|pro|por|par|al|за)\s*(?:m²|m2|mq|sq\.?\s*(?:m|ft|metre|meter|foot)\w*|sqm|sqft|qm|кв|м²|` +
    String.raw`м2)|€/m(?!\p{L})`,
  'iu',
);

/** @returns null if neither an amount nor on request, or if per area */
export function parsePrice(text: string, options: PriceOptions = {}): Price | null {
  const written = withoutAside(beginningOf(text).replace(/\s+/gu, ' '), options);
  const shown = written.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  const currency = findCurrency(written, options.defaultCurrency);
  if (shown === '' || /^[-–—.?*]+$/u.test(shown) || requestWords.has(wordKey(shown))) return onRequest(currency);
  if (perArea.test(written)) return null;
  const amounts = readAmounts(shown, options);
  if (amounts.length === 0) return saysRequest(shown) ? onRequest(currency) : null;
  return priceOf(amounts, shown, currency);
}

function priceOf(amounts: readonly number[], shown: string, currency: string | null): Price | null {
  const [first = 0, second = null] = amounts;
  if (first < -1) return null;
  if (first <= 1 && (second === null || second <= 1)) return onRequest(currency);
  const low = first <= 1 && second !== null ? second : first;
  const to = second !== null && second > low ? second : null;
  const from = to !== null || (fromWord.test(shown) && !reduced.test(shown)) || openEnd.test(shown);
  return { amount: low, currency, from, to, onRequest: false, period: findPeriod(shown) };
}

/** In another currency: `1,250,000 (approx. £980,000)`. */
function withoutAside(text: string, options: PriceOptions): string {
  if (!text.includes('(')) return text;
  const rest = text.replace(/\([^()]*\)/g, (aside) => (/\d/.test(aside) ? ' ' : aside));
  const [amount] = readAmounts(rest.normalize('NFKC'), options);
  return amount !== undefined && amount === readAmounts(text.normalize('NFKC'), options)[0] ? rest : text;
}

function onRequest(currency: string | null): Price {
  return { amount: null, currency, from: false, to: null, onRequest: true, period: null };
}

const asking = new RegExp(
  'request|anfrage|consult|demande|richiesta|aanvraag|contact|enquir|inquir|договор|запрос|negotia|auction|tender|' +
    String.raw`expression|\beoi\b|best offer|offers invited|call |ζητησ|zapytan`,
  'iu',
);

function saysRequest(text: string): boolean {
  return asking.test(text);
}
