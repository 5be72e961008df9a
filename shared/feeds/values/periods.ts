import type { RentalPeriod } from '../formats/feed-format.ts';
import { beginningOf } from './bounded.ts';
import { wordKey, wordTable } from './words.ts';

const periods = wordTable<RentalPeriod>({
  day:
    'daily, per day, night, per night, nightly, diario, dia, por dia, noche, tag, pro tag, jour, par jour, nuit, ' +
    'giorno, giornaliero, notte, dag, per dag, сутки, день, посуточно, в сутки, daglig, ημερα, diaria, d, pd',
  week:
    'weekly, per week, pw, p w, semana, semanal, por semana, woche, pro woche, semaine, par semaine, settimana, ' +
    'settimanale, неделя, неделю, в неделю, vecka, uge, viikko, week ly, wk, haftalık, minggu, týden, tydzień, ' +
    'w, εβδομαδα',
  month:
    'monthly, per month, pcm, p c m, pm, mes, mensual, por mes, al mes, mensal, monat, monatlich, pro monat, mtl, ' +
    'mois, mensuel, par mois, mese, mensile, al mese, maand, per maand, месяц, в месяц, мес, помесячно, månad, ' +
    'måned, kuukausi, miesiac, mesic, ay, aylık, aylik, month ly, mo, mth, p m, luna, lună, lunar, mån, mnd, kk, ' +
    'bulan, bln, hó, havi, měsíčně, miesięcznie, mesečno, mjesečno, μηνιαία, شهري, شهريا, الشهر, μηνας, μηνα, ' +
    'місяць, m',
  year:
    'yearly, annual, annually, per annum, pa, p a, per year, año, anual, al año, jahr, jährlich, pro jahr, an, ' +
    'annuel, par an, anno, annuo, annuale, all anno, jaar, per jaar, год, в год, год овых, år, vuosi, rok, yr, ' +
    'ετος, tahun, thn, yıl, yıllık, p y, y, سنوي, سنويا, السنة',
  season: 'seasonal, temporada, por temporada, saison, stagione, stagionale, сезон',
});

/** `Monthly`, `сутки`, `JAHR`, `pcm`; else null. */
export function parsePeriod(text: string): RentalPeriod | null {
  return periods.get(wordKey(text)) ?? null;
}

const perWords = 'per|pro|par|al|por|pe|på|i|a|à|w|na|za|в|на|за|τον|το|την|τη|ανά';
const perPattern = String.raw`(?:\/|(?<!\p{L})(?:${perWords})(?=\s))\s*(?:calendar |kalender|1 |één )?`;
/** After "per" or a slash; then alone, even after a digit: `£250pw`. `5pm` is a time. */
const inPrice: readonly (readonly [RegExp, RentalPeriod])[] = (
  [
    [
      'month',
      'months?|monat|mois|mese|mes|mês|maand|month|mth|mo|luna|lună|månad(?:en)?|mån|måned|mnd|kuukausi|kk|' +
        'miesi[ąa]c|mies|mc|měsíc|mesiac|mjesec|mesec|hó|hónap|ay|bulan|bln|месяц|мес|місяць|міс|месец|μήνα|μηνα|' +
        'เดือน|tháng|شهر',
      String.raw`p\.?c\.?m|p\/m|(?<!(?<![\d.,])\d{1,2}(?:[:.]\d{2})?\s?)p\.?m|monthly|monatlich|mtl|mensual|` +
        'mensuel|mensile|mensal|lunar|månadsvis|miesięcznie|měsíčně|mjesečno|mesečno|havonta|aylık|' +
        'ежемесячно|μηνιαίως|شهري(?:ا|اً)?|ต่อเดือน',
    ],
    [
      'week',
      'week|woche|semaine|settimana|semana|wk|vecka|uke|uge|viikko|vk|tydzień|týden|minggu|неделю|неделя|нед|' +
        'тиждень|εβδομάδα|أسبوع',
      String.raw`p\.?w|p\/w|pppw|ppw|weekly|semanal|wöchentlich|haftalık`,
    ],
    [
      'day',
      'day|night|tag|nacht|jour|nuit|giorno|notte|d[ií]a|noche|dag|natt|nat|dygn|noc|den|hari|malam|gün|gece|сутки|' +
        'день|ночь|ден|μέρα|ημέρα|يوم',
      'daily|nightly|täglich|günlük|посуточно',
    ],
    [
      'year',
      'annum|year|jahr|an|année|anno|año|ano|jaar|jr|yr|år|vuosi|rok|god|godinu|év|yıl|tahun|thn|th|год|рік|година|' +
        'έτος|سنة',
      String.raw`p\.?a|p\/a|annually|yearly|jährlich|annual|yıllık|سنوي(?:ا|اً)?|ต่อปี`,
    ],
  ] as const
).map(
  ([period, behind, alone]) =>
    [
      new RegExp(String.raw`${perPattern}(?:${behind})(?!\p{L})|(?<!\p{L})(?:${alone})(?![\p{L}\d])`, 'iu'),
      period,
    ] as const,
);

/** In a price: `$450 per week`, `1.200 €/mes`; else null. */
export function findPeriod(text: string): RentalPeriod | null {
  const shown = beginningOf(text);
  return inPrice.find(([pattern]) => pattern.test(shown))?.[1] ?? null;
}
