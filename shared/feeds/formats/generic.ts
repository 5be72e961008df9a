/** Any feed, read by a mapping (`mapping.ts`). A full list unless the feed's settings say otherwise. */
import type { FeedContext, FeedFormat, FeedPages, ItemAction, MappedItem, RentalPeriod } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { textAt } from '../xml/xml-element.ts';
import { parseBoolean } from '../values/booleans.ts';
import type { ImageCandidate } from '../values/images.ts';
import { languageTold } from '../values/languages.ts';
import { markupOf } from '../values/markup.ts';
import { parsePeriod } from '../values/periods.ts';
import { ItemReader } from './item-reader.ts';
import { compileMapping, tableKey } from './mapping.ts';
import type { CompiledMapping, Rule } from './mapping.ts';
import { elementsOn, spotsOn, textsOn } from './mapping-path.ts';
import type { MappingPath } from './mapping-path.ts';

export const generic: FeedFormat = {
  name: 'GENERIC',
  version: 3,
  itemPaths: (mapping) => (mapping === undefined ? [] : compileMapping(mapping).itemPaths),
  mode: () => 'snapshot',
  detect: () => 0,
  pages,
  map: (item, context) =>
    context.mapping === undefined ? [] : [new MappedReading(item, context, compileMapping(context.mapping)).read()],
};

/** `metadata/multipage` of Immobiliare.it: one feed in several files. */
function pages(context: FeedContext): FeedPages | undefined {
  const [root] = context.surroundings;
  if (root === undefined) return undefined;
  const [current, last] = [
    Number(textAt(root, 'metadata/multipage/current') ?? NaN),
    Number(textAt(root, 'metadata/multipage/last') ?? NaN),
  ];
  return Number.isInteger(current) && Number.isInteger(last) ? { current, last } : undefined;
}

/** A list in one text that has more parts is none. */
const maxParts = 5000;

type LanguageText = readonly [language: string, text: string];

interface OfferedPrice {
  readonly text?: string;
  readonly rule?: Rule;
  /** Told by the name of the element. */
  readonly period?: RentalPeriod;
}

class MappedReading {
  readonly #item: XmlElement;
  readonly #reader: ItemReader;
  readonly #mapping: CompiledMapping;

  constructor(item: XmlElement, context: FeedContext, mapping: CompiledMapping) {
    this.#item = item;
    this.#reader = new ItemReader(context);
    this.#mapping = mapping;
  }

  read(): MappedItem {
    const reader = this.#reader;
    this.#readOffer();
    this.#readPlace();
    reader.rooms('bedrooms', this.#text('bedrooms'));
    reader.rooms('bathrooms', this.#text('bathrooms'));
    this.#readArea('areaSqm');
    this.#readArea('plotAreaSqm');
    reader.titles(this.#texts('title'));
    const descriptions = [...this.#texts('descriptions'), ...this.#texts('description')];
    reader.descriptions(descriptions);
    reader.features(this.#features());
    reader.images(this.#images());
    reader.energy(this.#text('energyRating'));
    reader.url(this.#text('externalUrl'));
    reader.titleFromKind();
    if (parseBoolean(this.#text('addressHidden') ?? '') === true) reader.hideAddress();
    const modifiedAt = reader.date(this.#text('modifiedAt'), this.#rules('modifiedAt')[0]?.order);
    const action: ItemAction = /^(?:remove|delete|deleted)$/i.test(this.#text('action')?.trim() ?? '')
      ? 'remove'
      : 'upsert';
    return reader.finish({ id: this.#text('id'), action, modifiedAt });
  }

  #readOffer(): void {
    const reader = this.#reader;
    reader.label('reference', this.#text('reference'));
    reader.country(this.#text('country'));
    reader.goal(this.#text('goal'));
    reader.currency(this.#text('currency'));
    const { text, rule, period } = this.#price();
    const hidden = parseBoolean(this.#text('priceOnRequest') ?? '') === true;
    if (text !== undefined || hidden) reader.price(text ?? '', { hidden, decimal: rule?.decimal });
    if (period !== undefined) reader.values.rentalPeriod ??= period;
    if (reader.values.goal !== 'SALE') reader.period(this.#text('rentalPeriod'));
    else delete reader.values.rentalPeriod;
    reader.type(this.#text('type'));
    reader.status(this.#text('status'));
  }

  #readPlace(): void {
    const reader = this.#reader;
    for (const field of ['address', 'city', 'district', 'province', 'postalCode'] as const)
      reader.label(field, this.#text(field));
    const point = this.#text('point');
    if (point !== undefined) reader.point(point, undefined, { single: true });
    else reader.point(this.#text('latitude'), this.#text('longitude'));
  }

  #readArea(field: 'areaSqm' | 'plotAreaSqm'): void {
    const found = this.#first(field);
    if (found === undefined) return;
    const { rule } = found;
    const unit = rule.unitPath === undefined ? undefined : textsOn(rule.unitPath, this.#item)[0];
    this.#reader.area(field, found.text, unit?.trim() || rule.unit, { decimal: rule.decimal });
  }

  /** The first price that is none of the placeholders 0 and 1; else the first there is. */
  #price(): OfferedPrice {
    const found = this.#rules('price').flatMap((rule): OfferedPrice[] => [
      ...this.#candidates(rule).map((text) => ({ text, rule })),
      ...this.#rentsInside(rule),
    ]);
    return (
      found.find(({ text = '' }) => /[2-9]|1\d/.test(text)) ??
      found.find(({ text = '' }) => text.trim() !== '') ??
      found[0] ??
      {}
    );
  }

  /** `<price><yearly>180000</yearly></price>`: rents that are named after their periods. */
  #rentsInside(rule: Rule): OfferedPrice[] {
    const bare = rule.paths
      .filter(({ attribute }) => attribute === undefined)
      .flatMap((path) => elementsOn(path, this.#item))
      .filter(({ text }) => text.trim() === '');
    return bare.flatMap(({ children }) =>
      children.flatMap((child) => {
        const period = parsePeriod(child.name);
        return period === null || child.text.trim() === '' ? [] : [{ text: child.text, rule, period }];
      }),
    );
  }

  #rules(field: string): readonly Rule[] {
    return this.#mapping.fields.get(field) ?? [];
  }

  #text(field: string): string | undefined {
    return this.#first(field)?.text;
  }

  /** The first rule that finds text; else the first that finds an empty element. */
  #first(field: string): { text: string; rule: Rule } | undefined {
    let empty: { text: string; rule: Rule } | undefined;
    for (const rule of this.#rules(field)) {
      const candidates = this.#candidates(rule);
      const text = candidates.find((candidate) => candidate.trim() !== '');
      if (text !== undefined) return { text, rule };
      if (candidates.length > 0) empty ??= { text: '', rule };
    }
    return empty;
  }

  /** What a rule finds, joined and translated. */
  #candidates(rule: Rule): readonly string[] {
    const found = rule.paths.flatMap((path) => textsOn(path, this.#item));
    const filled = found.map((text) => text.trim()).filter((text) => text !== '');
    const texts = rule.join === undefined || found.length === 0 ? found : [filled.join(rule.join)];
    const all = texts.length === 0 && rule.value !== undefined ? [rule.value] : texts;
    return all.map((text) => translated(text, rule));
  }

  /**
   * Of each language the first text counts; one that names none and does not tell its own by its words only where there
   * is no other.
   */
  #texts(field: string): readonly LanguageText[] {
    const spoken = new Set<string>();
    const texts: LanguageText[] = [];
    const alternatives = this.#rules(field).flatMap((rule) => this.#alternatives(rule));
    for (const [at, found] of alternatives.entries()) {
      const wanted = found.filter(([language, text]) => {
        const told =
          language.toLowerCase() || (spoken.size > 0 ? languageTold(text, this.#reader.usualLanguage) : undefined);
        // One before it that does not tell its own language may be in any.
        return told === undefined ? spoken.size === 0 : !spoken.has(told) && (language !== '' || !spoken.has(''));
      });
      texts.push(...wanted);
      // Which language the last ones are in, nothing depends on any more.
      if (at === alternatives.length - 1) break;
      for (const [language, text] of wanted)
        if (hasWords(text))
          spoken.add(language.toLowerCase() || (languageTold(text, this.#reader.usualLanguage) ?? ''));
    }
    return texts;
  }

  /** The texts of a rule, path by path: the next stand in for those before, unless they are to be joined. */
  #alternatives(rule: Rule): readonly (readonly LanguageText[])[] {
    const { each, paths, join, value } = rule;
    const broken = (text: string): string => (rule.lineBreak ? text.replaceAll(rule.lineBreak, '\n') : text);
    if (each !== undefined)
      return [
        elementsOn(each, this.#item).map(
          (element) =>
            [
              languageOf(rule, element),
              broken(paths.flatMap((path) => textsOn(path, element, markupOf)).join(join ?? '\n')),
            ] as const,
        ),
      ];
    const found = paths.map((path) =>
      spotsOn(path, this.#item, markupOf).map(
        ({ element, name, text }) => [languageOf(rule, element, name), broken(text)] as const,
      ),
    );
    if (value !== undefined && found.flat().length === 0)
      return [[[typeof rule.language === 'string' ? rule.language : '', broken(value)]]];
    if (join === undefined) return found;
    const parts = found.flat();
    return [
      parts.slice(0, 1).map(
        ([language]) =>
          [
            language,
            parts
              .map(([, text]) => text.trim())
              .filter(Boolean)
              .join(join),
          ] as const,
      ),
    ];
  }

  /** Texts of lists, flags with a label of their own; a text that only says yes is named after its element. */
  #features(): string[] | undefined {
    const rules = this.#rules('features');
    let spoken = false;
    const features = rules.flatMap((rule) => {
      const items = rule.each === undefined ? [this.#item] : elementsOn(rule.each, this.#item);
      return items.flatMap((item) =>
        rule.paths.flatMap((path) =>
          spotsOn(path, item).flatMap(({ name, text }) => {
            spoken = true;
            const yes = parseBoolean(text);
            if (rule.label !== undefined)
              return yes === true || (yes === null && text.trim() !== '') ? [rule.label] : [];
            if (rule.split !== undefined) return text.split(rule.split, maxParts);
            if (yes === null) return [translated(text, rule)];
            return yes ? [namedAfter(name)] : [];
          }),
        ),
      );
    });
    return spoken ? features : undefined;
  }

  #images(): ImageCandidate[] | undefined {
    const rules = this.#rules('images');
    let spoken = false;
    const images = rules.flatMap((rule) => {
      const elements =
        rule.each === undefined
          ? rule.paths.flatMap((path) => elementsOn(path, this.#item).map((element) => ({ element, path })))
          : elementsOn(rule.each, this.#item).flatMap((element) => rule.paths.map((path) => ({ element, path })));
      return elements.flatMap(({ element, path }) => {
        const urls = rule.each === undefined ? textsOn({ ...path, steps: [] }, element) : textsOn(path, element);
        if (urls.length > 0 || rule.each !== undefined) spoken = true;
        const inside = (of: MappingPath | undefined): string | undefined =>
          of === undefined ? undefined : textsOn(of, element)[0];
        const position = Number(inside(rule.position) || NaN);
        const rest = {
          caption: inside(rule.caption),
          main: parseBoolean(inside(rule.main) ?? '') === true,
          position: Number.isFinite(position) ? position : undefined,
        };
        return urls
          .flatMap((url) => (rule.split === undefined ? [url] : url.split(rule.split, maxParts)))
          .map((url) => ({ url, ...rest }));
      });
    });
    return spoken ? images : undefined;
  }
}

function translated(text: string, rule: Rule): string {
  return rule.map?.get(tableKey(text)) ?? (text.trim() === '' ? undefined : rule.map?.get('*')) ?? text;
}

/** @param name of the attribute that has the text, when it is not the element's own */
function languageOf(rule: Rule, element: XmlElement, name = element.name): string {
  if (rule.language === undefined) return '';
  if (rule.language === 'name') return name;
  return typeof rule.language === 'string' ? rule.language : (textsOn(rule.language, element)[0] ?? '');
}

function hasWords(markup: string): boolean {
  return /[\p{L}\p{N}]/u.test(markup.replace(/<[^<>]*>/g, ''));
}

/** `hasBalcony` to `Has balcony`, `air-conditioning` to `Air conditioning`. */
function namedAfter(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
