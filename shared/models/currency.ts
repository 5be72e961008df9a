import { storedText } from './stored-value.ts';

const words: Readonly<Record<string, string>> = {
  '€': 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  ευρω: 'EUR',
  евро: 'EUR',
  '£': 'GBP',
  pound: 'GBP',
  pounds: 'GBP',
  sterling: 'GBP',
  'pounds sterling': 'GBP',
  us$: 'USD',
  a$: 'AUD',
  au$: 'AUD',
  c$: 'CAD',
  ca$: 'CAD',
  nz$: 'NZD',
  r$: 'BRL',
  real: 'BRL',
  reais: 'BRL',
  '₽': 'RUB',
  '₺': 'TRY',
  '₪': 'ILS',
  '₴': 'UAH',
  zł: 'PLN',
};

/** Means the location's own, if it uses one. */
const dollars = new Set(['$', 'dollar', 'dollars']);
const dollarCurrencies = ['USD', 'AUD', 'CAD', 'NZD', 'SGD', 'HKD'];

/** ISO 4217; `fallback` is the location's. */
export function readCurrency(stored: unknown, fallback: string): string {
  const text = (storedText(stored) ?? '').normalize('NFKC').trim().toLowerCase();
  const own = fallback.toUpperCase();
  if (text === '') return own;
  if (dollars.has(text)) return dollarCurrencies.includes(own) ? own : 'USD';
  return words[text.normalize('NFD').replace(/(?<=\p{Script=Greek})\p{M}/gu, '')] ?? text.toUpperCase();
}

type RentalPeriod = 'day' | 'week' | 'month' | 'year' | 'season';

const periodWords: Readonly<Record<RentalPeriod, readonly string[]>> = {
  day: ['day', 'daily', 'night', 'nightly', 'pd', 'pn', 'tag', 'dia', 'noche', 'diaria', 'jour', 'nuit', 'giorno'],
  week: ['week', 'weekly', 'pw', 'ppw', 'pppw', 'wk', 'woche', 'wochentlich', 'semana', 'semanal', 'semaine'],
  month: [
    'month',
    'monthly',
    'pcm',
    'pm',
    'mth',
    'mo',
    'calendar month',
    'monat',
    'monatlich',
    'mtl',
    'mes',
    'mensual',
    'mensal',
    'mois',
    'mensuel',
    'mese',
    'mensile',
    'μηνα',
    'μηνας',
    'μηνιαια',
    'месяц',
  ],
  year: [
    'year',
    'yearly',
    'annual',
    'annually',
    'annum',
    'pa',
    'py',
    'jahr',
    'jahrlich',
    'ano',
    'anual',
    'an',
    'anno',
    'год',
  ],
  season: ['season', 'seasonal', 'temporada', 'saison', 'stagione'],
};
const periods = new Map(
  Object.entries(periodWords).flatMap(([period, names]) => names.map((name) => [name, period as RentalPeriod])),
);

/** Reads `month`, `MONTH`, `pcm`, `per week`, `p.w.` */
export function readPeriod(stored: unknown): RentalPeriod | undefined {
  const text = (storedText(stored) ?? '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('.', '')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
    .replace(/^(?:per|pro|por|par|al|a|the|p) (?=\p{L})/u, '');
  return periods.get(text) ?? periods.get(text.replaceAll(' ', '')) ?? periods.get(`p${text}`);
}
