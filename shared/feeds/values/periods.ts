/** What one rent pays for: a day, a week, a month, a year or a season. */
import type { RentalPeriod } from '../feed-format.ts';
import { wordKey, wordTable } from './words.ts';

const PERIODS = wordTable<RentalPeriod>({
  day: 'daily, per day, night, per night, nightly, diario, dia, por dia, noche, tag, pro tag, jour, par jour, nuit, giorno, giornaliero, notte, dag, per dag, сутки, день, посуточно, в сутки, daglig, ημερα, diaria, d, pd',
  week: 'weekly, per week, pw, p w, semana, semanal, por semana, woche, pro woche, semaine, par semaine, settimana, settimanale, неделя, неделю, в неделю, vecka, uge, viikko, week ly, wk, w, εβδομαδα',
  month: 'monthly, per month, pcm, p c m, pm, mes, mensual, por mes, al mes, mensal, monat, monatlich, pro monat, mtl, mois, mensuel, par mois, mese, mensile, al mese, maand, per maand, месяц, в месяц, мес, помесячно, månad, måned, kuukausi, miesiac, mesic, ay, aylık, month ly, mo, mth, μηνας, μηνα, місяць',
  year: 'yearly, annual, annually, per annum, pa, p a, per year, año, anual, al año, jahr, jährlich, pro jahr, an, annuel, par an, anno, annuo, annuale, all anno, jaar, per jaar, год, в год, год овых, år, vuosi, rok, yr, ετος',
  season: 'seasonal, temporada, por temporada, saison, stagione, stagionale, сезон',
});

/** A word of a field of its own: `Monthly`, `сутки`, `JAHR`, `pcm`. Null when it is no period. */
export function parsePeriod(text: string): RentalPeriod | null {
  return PERIODS.get(wordKey(text)) ?? null;
}

const IN_PRICE: readonly (readonly [RegExp, RentalPeriod])[] = [
  [/\bp\.?c\.?m\b|(?:\/|per|pro|par|al|por|a|в)\s*(?:calendar )?(?:month|monat|mois|mese|mes|mês|maand|месяц|мес|mth|mo)(?!\p{L})|\b(?:monthly|monatlich|mtl|mensual|mensuel|mensile|mensal)(?!\p{L})/iu, 'month'],
  [/\bp\.?w\b|(?:\/|per|pro|par|por|a|в)\s*(?:week|woche|semaine|settimana|semana|wk|неделю)(?!\p{L})|\b(?:weekly|semanal|wöchentlich)(?!\p{L})/iu, 'week'],
  [/(?:\/|per|pro|par|por|a|в)\s*(?:day|night|tag|nacht|jour|nuit|giorno|notte|d[ií]a|noche|сутки|день)(?!\p{L})|\b(?:daily|nightly|täglich)(?!\p{L})/iu, 'day'],
  [/\bp\.?a\b|(?:\/|per|pro|par|por|a|al|в)\s*(?:annum|year|jahr|an|anno|año|ano|год|yr)(?!\p{L})|\b(?:annually|yearly|jährlich|annual)(?!\p{L})/iu, 'year'],
];

/** The period inside the text of a price: `$450 per week`, `1.200 €/mes`. Null when the text names none. */
export function findPeriod(text: string): RentalPeriod | null {
  return IN_PRICE.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
