/**
 * For all formats: absent is `undefined`, empty `null`; unreadable values become warnings and the stored value stays.
 */
import type {
  FeedContext,
  FeedWarning,
  IdSource,
  ImagePlace,
  ItemAction,
  ListingValues,
  MappedItem,
} from './feed-format.ts';
import { parseArea } from '../values/areas.ts';
import { blurred, parsePoint, parsePointText } from '../values/coordinates.ts';
import type { PointReading } from '../values/coordinates.ts';
import { parseCountry } from '../values/countries.ts';
import { findCurrency, hasKnownSign, hasUnclearSign, parseCurrency } from '../values/currencies.ts';
import { currencyOfCountry } from '../values/currency-of-country.ts';
import { hasUnknownWord } from '../values/currency-words.ts';
import { parseDate } from '../values/dates.ts';
import type { DateOrder } from '../values/dates.ts';
import { parseEnergyRating } from '../values/energy.ts';
import { parseGoal } from '../values/goals.ts';
import { chooseId } from '../values/ids.ts';
import { absoluteUrl, imageList } from '../values/images.ts';
import type { ImageCandidate } from '../values/images.ts';
import { languageOfText } from '../values/language-of-text.ts';
import { addText, languageOfCountry, parseLanguage, preferredText } from '../values/languages.ts';
import type { LanguageDialect } from '../values/languages.ts';
import type { NumberOptions } from '../values/numbers.ts';
import { findNumbers, parseNumber } from '../values/numbers.ts';
import { parsePeriod } from '../values/periods.ts';
import { parsePrice } from '../values/prices.ts';
import { parsePropertyType } from '../values/property-types.ts';
import { parseStatus } from '../values/statuses.ts';
import { cleanDescription, cleanLabel, plainText } from '../values/text.ts';

export type Found = string | undefined;

type LabelField = 'reference' | 'title' | 'address' | 'city' | 'district' | 'province' | 'postalCode';
/** More are a misplaced area or price. */
const maxRooms = 999;
const maxSample = 100;

export class ItemReader {
  readonly values: ListingValues = {};
  readonly #warnings: FeedWarning[] = [];
  readonly #context: FeedContext;
  #foreignCurrency = false;
  #currencyIsUsual = false;
  #imagePlaces: readonly ImagePlace[] | undefined;

  constructor(context: FeedContext) {
    this.#context = context;
  }

  warn(code: string, message: string, field?: string, value?: string): void {
    const sample =
      value === undefined ? {} : { value: value.length > maxSample ? `${value.slice(0, maxSample - 1)}…` : value };
    this.#warnings.push({ code, message, ...(field === undefined ? {} : { field }), ...sample });
  }

  label(field: LabelField, found: Found): void {
    if (found !== undefined) this.values[field] = cleanLabel(found) || null;
  }

  /** `Studio` is 0 bedrooms, `3+1` is 4; -1 is unknown. */
  rooms(field: 'bedrooms' | 'bathrooms', found: Found): void {
    if (found === undefined) return;
    const text = found.trim();
    const sum = /^(\d{1,2})\s*\+\s*(\d{1,2})$/.exec(text);
    if (text === '' || /^(?:-|-1(?:\.0+)?|n\/?a|null)$/i.test(text)) this.values[field] = null;
    else if (/^(?:studio|студия|estudio|monolocale)$/i.test(text)) this.values[field] = 0;
    else if (sum) this.values[field] = Number(sum[1]) + Number(sum[2]);
    else {
      const [token] = findNumbers(text);
      const value = token === undefined ? null : parseNumber(token, { loneGroup: 'decimal' });
      if (value !== null && value >= 0 && value <= maxRooms) this.values[field] = value;
      else this.warn('unreadable-number', `${field} is not a number of rooms`, field, text);
    }
  }

  /** In m2. The text's unit wins. */
  area(field: 'areaSqm' | 'plotAreaSqm', found: Found, unit?: string | null, options: NumberOptions = {}): void {
    if (found === undefined) return;
    const area = parseArea(found, { ...options, unit });
    if (area === undefined)
      this.warn(
        'unknown-unit',
        `The unit of ${field} is not known: expected one like m2, sq ft, acre, ha`,
        field,
        `${found} ${unit ?? ''}`.trim(),
      );
    else this.values[field] = area;
  }

  currency(found: Found): void {
    const text = found?.trim() ?? '';
    if (text === '') return;
    const currency =
      this.#usualCurrencies().find((usual) => parseCurrency(text, usual) === usual) ??
      parseCurrency(text) ??
      findCurrency(text, this.#context.defaultCurrency);
    this.#foreignCurrency = currency === null;
    if (currency === null)
      this.warn(
        'unknown-currency',
        'The currency is unknown: expected an ISO 4217 code, a symbol or a name',
        'currency',
        text,
      );
    else this.values.currency = currency;
  }

  /**
   * Call `currency` first.
   * @param usual the format's currency, as a last resort.
   */
  price(
    found: Found,
    options: NumberOptions & { hidden?: boolean; prose?: boolean; usual?: string | undefined } = {},
  ): void {
    if (found === undefined) return;
    const usual = options.usual ?? this.#context.defaultCurrency ?? currencyOfCountry(this.#context.country);
    const price = parsePrice(found, {
      ...options,
      defaultCurrency: this.#context.defaultCurrency ?? currencyOfCountry(this.values.country) ?? usual,
    });
    if (price === null) {
      this.warn('unreadable-price', 'The price contains neither an amount nor a word for "on request"', 'price', found);
      return;
    }
    this.#compareCurrencies(found, price.currency);
    const hidden = options.hidden === true || price.onRequest;
    this.values.price = hidden ? null : price.amount;
    this.values.priceOnRequest = hidden;
    this.values.priceFrom = !hidden && price.from;
    if (price.period !== null) this.values.rentalPeriod ??= price.period;
    const named = this.#foreignCurrency ? null : (this.values.currency ?? price.currency ?? undefined);
    this.#currencyIsUsual = named === undefined;
    const unclear =
      hasUnclearSign(found) ||
      (options.prose !== true && hasUnknownWord(found) && usual !== undefined && hasKnownSign(usual));
    const currency = named !== undefined ? named : unclear ? this.#currencyHere(found) : usual;
    if (currency !== undefined) this.values.currency = currency;
    else if (!hidden) {
      this.values.currency = null;
      this.warn(
        'missing-currency',
        'The price has no currency and the feed has no default currency',
        'currency',
        found,
      );
    }
  }

  /** For shared signs, likeliest first. */
  #usualCurrencies(): readonly string[] {
    const { defaultCurrency, country } = this.#context;
    return [defaultCurrency, currencyOfCountry(this.values.country), currencyOfCountry(country)].filter(
      (one) => one !== undefined,
    );
  }

  /** `kr` or `¥` in the listing's country. No default applies: the sign may mean another currency. */
  #currencyHere(found: string): string | null {
    const currency = findCurrency(found, currencyOfCountry(this.values.country));
    if (currency === null)
      this.warn(
        'unknown-currency',
        'The currency of the price is unclear: its sign is used by several countries or unknown, and the ' +
          "feed's currency is not set",
        'currency',
        found,
      );
    return currency;
  }

  #compareCurrencies(found: string, named: string | null): void {
    const own = this.values.currency;
    if (!own || named === null || named === own || (named === 'USD' && !/us|dol/i.test(found))) return;
    this.warn(
      'currency-conflict',
      `The price's text names ${named}, but its currency field says ${own}: the field was used`,
      'currency',
      found,
    );
  }

  goal(found: Found): void {
    if (found === undefined || found.trim() === '') return;
    const goal = parseGoal(found);
    if (goal === 'BOTH') this.saleAndRent(found);
    else if (goal === null) this.warn('unknown-goal', 'The word means neither sale nor rent', 'goal', found);
    else this.values.goal = goal;
  }

  /** So that one item stays one listing. */
  saleAndRent(shown: string): void {
    this.values.goal = 'SALE';
    this.warn('sale-and-rent', 'The listing is offered for sale and for rent: it is stored as a sale', 'goal', shown);
  }

  period(found: Found): void {
    if (found === undefined || found.trim() === '') return;
    const period = parsePeriod(found);
    if (period === null)
      this.warn(
        'unknown-period',
        'The period of the rent is not known: expected day, week, month, year or season',
        'rentalPeriod',
        found,
      );
    else this.values.rentalPeriod = period;
  }

  status(found: Found): void {
    if (found === undefined || found.trim() === '') return;
    const status = parseStatus(found);
    if (status === null)
      this.warn(
        'unknown-status',
        'The status is unknown: a new listing stays off the market, a stored one keeps its status',
        'status',
        found,
      );
    else this.values.status = status;
  }

  type(found: Found): void {
    if (found !== undefined) this.values.type = parsePropertyType(found);
  }

  energy(found: Found): void {
    if (found !== undefined) this.values.energyRating = parseEnergyRating(found);
  }

  country(found: Found): void {
    if (found === undefined) return;
    const label = cleanLabel(found);
    const country = parseCountry(label);
    if (country === null && label !== '')
      this.warn('unknown-country', 'The country is unknown: expected an ISO 3166-1 code or a name', 'country', label);
    else this.values.country = country;
  }

  /** Call `country` first: it detects swapped axes. */
  point(latitude: Found, longitude?: Found, options: { single?: boolean } = {}): void {
    if (latitude === undefined && longitude === undefined) return;
    const country = this.values.country ?? this.#context.country;
    const home = this.#context.locationCountry;
    const reading: PointReading =
      options.single === true
        ? parsePointText(latitude ?? '', country, home)
        : parsePoint(latitude, longitude, country, home);
    this.values.latitude = reading.point?.latitude ?? null;
    this.values.longitude = reading.point?.longitude ?? null;
    const shown = options.single === true ? (latitude ?? '') : `${latitude ?? ''} ${longitude ?? ''}`;
    if (reading.point !== null && reading.swapped)
      this.warn('coordinates-swapped', 'Latitude and longitude were swapped: this was corrected', 'latitude', shown);
    if (reading.point === null && reading.reason === 'unreadable')
      this.warn('coordinates-dropped', 'The coordinates cannot be read', 'latitude', shown);
    if (reading.point === null && reading.reason === 'out-of-place') {
      const where = country === undefined || country === null ? 'on earth' : `in ${country}`;
      this.warn('coordinates-dropped', `The coordinates are not ${where}`, 'latitude', shown);
    }
  }

  /**
   * Language `''`: the country's, else the location's first, unless the text contradicts. Of `en` and `en-GB`, the
   * latter keeps its tag.
   */
  descriptions(found: readonly (readonly [language: string, text: string])[], dialect: LanguageDialect = 'iso'): void {
    if (found.length === 0) return;
    const texts: Record<string, string> = {};
    const tags = new Map<string, string | undefined>();
    const codes = new Set(found.map(([word]) => word.toLowerCase()));
    for (const [word, raw] of found) {
      const text = cleanDescription(raw);
      if (text === '') continue;
      const british = word.toLowerCase() === 'uk' && !codes.has('en') && !/\p{Script=Cyrillic}/u.test(text);
      const language =
        word === ''
          ? languageOfText(text, this.usualLanguage)
          : parseLanguage(word, british ? 'uk-is-english' : dialect);
      if (language === null)
        this.warn(
          'unknown-language',
          'The language of a description is unknown: expected an ISO 639-1 code',
          'descriptions',
          word,
        );
      else addText(texts, tags, { language, word, text });
    }
    const languages = Object.keys(texts);
    this.values.descriptions = languages.length > 0 ? texts : null;
    const preferred = preferredText(texts, this.#context.languages, this.values.country ?? this.#context.country);
    this.values.description = preferred === undefined ? null : plainText(preferred);
  }

  titles(found: readonly (readonly [language: string, text: string])[], dialect: LanguageDialect = 'iso'): void {
    if (found.length === 0) return;
    const texts: Record<string, string> = {};
    for (const [word, raw] of found) {
      const text = cleanLabel(raw);
      const language = word === '' ? languageOfText(text, this.usualLanguage) : parseLanguage(word, dialect);
      if (language !== null && text !== '') texts[language] ??= text;
    }
    this.values.title =
      preferredText(texts, this.#context.languages, this.values.country ?? this.#context.country) ?? null;
  }

  features(found: readonly string[] | undefined): void {
    if (found === undefined) return;
    const byKey = new Map<string, string>();
    for (const label of found.map(cleanLabel))
      if (label !== '' && !byKey.has(label.toLowerCase())) byKey.set(label.toLowerCase(), label);
    const features = [...byKey.values()];
    this.values.features = features.length > 0 ? features : null;
  }

  images(found: readonly ImageCandidate[] | undefined): void {
    if (found === undefined) return;
    const { images, dropped } = imageList(found, this.#context.baseUrl);
    this.values.images = images.length > 0 ? images : null;
    if (dropped.length > 0)
      this.warn(
        'images-dropped',
        `${dropped.length} images were left out: their addresses are not absolute http(s) addresses`,
        'images',
        dropped[0]?.replace(/^file:/, ''),
      );
  }

  /** By key of the place. Call `images` as well. */
  imagePlaces(found: readonly (ImageCandidate & { readonly key: string })[]): void {
    const places = found.map(({ key, url, caption }) => ({
      key,
      url: url.trim() === '' ? null : absoluteUrl(url, this.#context.baseUrl),
      caption,
      empty: url.trim() === '',
    }));
    this.#imagePlaces = places
      .filter(({ url, empty }) => url !== null || empty)
      .map(({ key, url, caption }) => ({ key, url, ...(caption === undefined ? {} : { caption }) }));
  }

  url(found: Found): void {
    if (found === undefined) return;
    const url = absoluteUrl(found, this.#context.baseUrl);
    if (url === null && found.trim() !== '')
      this.warn('unreadable-url', "The listing's web address is not http(s)", 'externalUrl', found);
    else this.values.externalUrl = url;
  }

  hideAddress(): void {
    this.values.addressHidden = true;
    this.values.address = null;
    const { latitude, longitude } = this.values;
    if (typeof latitude === 'number' && typeof longitude === 'number')
      Object.assign(this.values, blurred({ latitude, longitude }));
  }

  date(found: Found, order: DateOrder = 'dmy'): Date | undefined {
    if (found === undefined || found.trim() === '' || found.startsWith('0000')) return undefined;
    const date = parseDate(found, { order, timeZone: this.#context.timeZone });
    if (date === null) this.warn('unreadable-date', 'The date of the last change cannot be read', 'modifiedAt', found);
    return date ?? undefined;
  }

  /** Call `status` first. A day without a time counts whole; before 2000 it is a placeholder. */
  endOfOffer(found: Found, order: DateOrder = 'dmy'): void {
    const { now, timeZone } = this.#context;
    const ends = parseDate(found ?? '', { order, timeZone });
    if (ends === null || now === undefined || ends.getUTCFullYear() < 2000) return;
    const lasts = /\d:\d\d/.test(found ?? '') ? 0 : 24 * 3_600_000;
    const { status } = this.values;
    if (ends.getTime() + lasts > now.getTime() || status === 'SOLD' || status === 'RENTED') return;
    this.values.status = 'WITHDRAWN';
    this.warn('expired', 'The end date of the offer has passed: the listing is off the market', 'status', found);
  }

  /** `Villa, Almuñécar` */
  titleFromKind(): void {
    if (this.values.title) return;
    const parts = [this.values.type, this.values.city ?? this.values.district ?? this.values.province].filter(
      (part) => part,
    );
    if (parts.length > 0) this.values.title = parts.join(', ');
  }

  /** `scope` separates the ids of providers. */
  finish(identity: { id: Found; scope?: Found; action?: ItemAction; modifiedAt?: Date | undefined }): MappedItem {
    const { values } = this;
    this.#landArea();
    const stable = [
      values.title,
      values.address,
      values.city,
      values.postalCode,
      values.type,
      values.bedrooms,
      values.areaSqm,
      values.plotAreaSqm,
      values.goal,
    ];
    const chosen = chooseId({ id: identity.id, reference: values.reference, url: values.externalUrl, stable });
    if (chosen.id !== undefined && chosen.idSource !== 'id')
      this.warn('missing-id', `The item has no id: ${idSourceWords[chosen.idSource]} is used instead`, 'id');
    const scope = identity.scope?.trim() ?? '';
    const scoped = (id: string): string => (scope === '' ? id : `${scope}/${id}`);
    const modifiedAt = identity.modifiedAt === undefined ? {} : { modifiedAt: identity.modifiedAt };
    return {
      id: chosen.id === undefined ? undefined : scoped(chosen.id),
      idSource: chosen.idSource,
      ...(chosen.standIn === undefined ? {} : { standIn: scoped(chosen.standIn) }),
      action: identity.action ?? 'upsert',
      ...modifiedAt,
      values,
      ...(this.#imagePlaces ? { imagePlaces: this.#imagePlaces } : {}),
      ...(this.#currencyIsUsual ? { currencyIsUsual: true } : {}),
      warnings: this.#warnings,
    };
  }

  /** Exports put a plot's size into the built area, some into both. */
  #landArea(): void {
    const { values } = this;
    if (!/land$/i.test(values.type ?? '') || !values.areaSqm) return;
    if (values.plotAreaSqm && values.plotAreaSqm !== values.areaSqm) return;
    Object.assign(values, { plotAreaSqm: values.areaSqm, areaSqm: null });
  }

  /** Call `country` first. */
  get usualCountry(): string | undefined {
    return this.values.country ?? this.#context.country ?? this.#context.locationCountry;
  }

  get usualLanguage(): string {
    return languageOfCountry(this.values.country ?? this.#context.country) ?? this.#context.languages[0] ?? 'en';
  }
}

const idSourceWords: Readonly<Record<IdSource, string>> = {
  id: 'the id',
  reference: 'the reference',
  url: 'the address on the web',
  hash: 'a hash of title, place and size',
};
