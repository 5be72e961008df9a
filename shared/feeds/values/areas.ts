/** In m2. 0, 1, -1, `---` mean unknown. Factors are the legal definitions. */
import { beginningOf } from './bounded.ts';
import type { NumberOptions } from './numbers.ts';
import { findNumbers, parseNumber, roundTo } from './numbers.ts';
import { wordKey, wordTable } from './words.ts';

const squareMetres: Readonly<Record<string, number>> = {
  sqm: 1,
  sqft: 0.09290304,
  sqyd: 0.83612736,
  sqkm: 1e6,
  /** Australia: 100 square feet. */
  square: 9.290304,
  acre: 4046.8564224,
  hectare: 10_000,
  are: 100,
  /** Russia: 1/100 hectare. */
  sotka: 100,
  /** Cyprus: 14,400 square feet. */
  donum: 1337.803776,
  /** Also the Greek stremma and the Bulgarian decare. */
  dunam: 1000,
  tsubo: 3.305785,
  rai: 1600,
  marla: 25.29285264,
  kanal: 505.8570528,
};

const units = wordTable<string>({
  sqm:
    'm2, m², m 2, mq, mp, metri pătrați, metri patrati, mts2, mts, mt, mt2, mtr, mtrs, mtr2, qm, qm., ' +
    'quadratmeter, quadratmetern, sq m, sq metre, sq metres, sq meter, sq meters, sqmt, sqmtr, square metre, ' +
    'square metres, square meter, square meters, squaremeter, squaremetre, squaremeters, metre, metres, meter, ' +
    'meters, metros, metros cuadrados, metros quadrados, metri quadri, mètres carrés, metre carre, ' +
    'vierkante meter, кв.м, кв м, кв. м, кв. метр, кв метр, кв метров, кв, м, м кв, м2, м², метр, ' +
    'метры, метров, метра, квадратных метров, τ.μ., τμ, τ μ, m kw, kvm, ' +
    'kvadratmeter, nm',
  sqft:
    'ft2, ft², ft 2, sq ft, sq.ft., sq feet, sq foot, square foot, square feet, squarefeet, squarefoot, feet, ' +
    'foot, ft, sf, pies, pies cuadrados',
  sqyd: 'sq yd, sq yard, sq yards, square yard, square yards, yards, yd2, gaj',
  sqkm: 'km2, km², sq km, square kilometre, square kilometers',
  square: 'squares, sq',
  acre: 'acres, ac, acri, acra',
  hectare: 'hectares, ha, hektar, hectarea, hectareas, ettari, ettaro, hectaren, га, гектар, гектара, hektara',
  are: 'ares, ar, a, area unit are',
  sotka: 'сот, сот., сотка, сотки, соток, sot, sotok, sotkas',
  donum: 'donums, skala, σκάλα, σκαλα',
  dunam:
    'dunams, dulum, stremma, stremmata, στρεμμα, στρεμματα, στρ, στρ., decare, decares, dka, daa, декар, декара, дка',
  tsubo: '坪',
  rai: 'ไร่',
  marla: 'marlas',
  kanal: 'kanals',
});

export interface AreaOptions extends NumberOptions {
  /** A unit in the text wins. */
  readonly unit?: string | null | undefined;
}

export function areaUnitFactor(word: string): number | null {
  const unit = unitOf(word);
  return unit === null ? null : (squareMetres[unit] ?? null);
}

/**
 * `120`, `1.076,39`, `1,200 sq ft`, `2.5 acres`, `3/4 acre`, `12 сот`; of `140-452 m2` the lower end.
 * @returns m2, at most 2 decimals; null if unknown (0, 1, -1); `undefined` for an unknown unit.
 */
export function parseArea(text: string, options: AreaOptions = {}): number | null | undefined {
  const shown = withoutFractions(beginningOf(text).replaceAll('²', '2')).normalize('NFKC').trim();
  const [token] = findNumbers(shown.replace(/(?<=\p{L})[23](?!\d)/gu, ''));
  if (token === undefined) return null;
  const value = parseNumber(token, { ...options, loneGroup: options.loneGroup ?? loneGroupOf(token) });
  if (value === null || value <= 0) return null;
  const factor = factorOf(shown.slice(shown.indexOf(token) + token.length), options.unit);
  if (factor === null) return undefined;
  if (value === 1 && factor <= squareMetres.square!) return null;
  return roundTo(value * factor, 2);
}

function factorOf(rest: string, unit: string | null | undefined): number | null {
  const own = unitIn(rest);
  if (own === null && !unit && saysOtherUnit(rest)) return null;
  const word = own ?? unit ?? 'sqm';
  return word.trim() === '' ? 1 : areaUnitFactor(word);
}

function withoutFractions(text: string): string {
  const spelled = text.replace(
    /(\d?)([½¼¾⅓⅔⅛])/gu,
    (_, whole: string, sign: string) => `${whole} ${sign.normalize('NFKC')}`,
  );
  return spelled.replace(
    /^\s*(?:(\d+)\s+)?([1-9])[/⁄]([234568]|10)(?!\d)/u,
    (shown, whole: string | undefined, part: string, parts: string) =>
      Number(part) < Number(parts) ? String(roundTo(Number(whole ?? 0) + Number(part) / Number(parts), 4)) : shown,
  );
}

/** `1.250` is 1250, but `120.500` a fraction. */
function loneGroupOf(token: string): 'thousands' | 'decimal' {
  return /^\d{3}\.\d{3}$/.test(token) ? 'decimal' : 'thousands';
}

function unitOf(word: string): string | null {
  // Without dots it is the Cypriot donum.
  if (/^dön[üu]m$/iu.test(beginningOf(word).normalize('NFC').trim())) return 'dunam';
  return units.get(wordKey(word)) ?? null;
}

const noUnits: ReadonlySet<string> = new Set(
  (
    'built, build, building, plot, land, total, totals, living, interior, internal, external, covered, approx, ' +
    'approximately, circa, ca, about, usable, useful, habitable, net, gross, and, plus, to, bis, a, y, e, et, und, ' +
    'o, or, more, terrace, garden, utiles, útiles, util, útil, construidos, construidas, const, parcela, area, ' +
    'brutto, netto, brut, wohnfläche, gesamt, общая, общ, жилая, n a, na'
  )
    .split(',')
    .map(wordKey),
);

function saysOtherUnit(rest: string): boolean {
  const word = /^\s*(\p{L}[\p{L}.]*)/u.exec(rest)?.[1];
  return word !== undefined && !noUnits.has(wordKey(word));
}

/** ` sq ft plot` gives `sq ft`. */
function unitIn(rest: string): string | null {
  const words = rest.trim().split(/\s+/u).slice(0, 3);
  for (let length = words.length; length > 0; length--) {
    const candidate = words
      .slice(0, length)
      .join(' ')
      .replace(/[,;)]+$/u, '');
    if (unitOf(candidate) !== null) return candidate;
  }
  return null;
}
