import type { FeedContext, ItemAction, MappedItem, RentalPeriod } from './feed-format.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { saysYes } from '../values/flags.ts';
import { parsePeriod } from '../values/periods.ts';
import { parseAction } from '../values/statuses.ts';
import { streetAddress } from '../values/street-address.ts';
import { ItemReader } from './item-reader.ts';
import { mappedFeatures, mappedImages } from './mapped-lists.ts';
import { mappedTexts } from './mapped-texts.ts';
import type { CompiledMapping, Rule } from './mapping.ts';
import { RuleValues } from './rule-values.ts';

interface OfferedPrice {
  readonly text?: string;
  readonly rule?: Rule;
  /** From the element's name. */
  readonly period?: RentalPeriod;
}

export function readByMapping(item: XmlElement, context: FeedContext, mapping: CompiledMapping): MappedItem {
  return new MappedReading(item, context, mapping).read();
}

class MappedReading {
  readonly #values: RuleValues;
  readonly #reader: ItemReader;

  constructor(item: XmlElement, context: FeedContext, mapping: CompiledMapping) {
    this.#values = new RuleValues(item, context.surroundings, mapping);
    this.#reader = new ItemReader(context);
  }

  read(): MappedItem {
    const reader = this.#reader;
    const values = this.#values;
    this.#readOffer();
    this.#readPlace();
    reader.rooms('bedrooms', values.text('bedrooms'));
    reader.rooms('bathrooms', values.text('bathrooms'));
    this.#readArea('areaSqm');
    this.#readArea('plotAreaSqm');
    const texts = (field: string) => mappedTexts(values, field, reader.usualLanguage);
    reader.titles(texts('title'));
    reader.descriptions([...texts('descriptions'), ...texts('description')]);
    reader.features(mappedFeatures(values));
    reader.images(mappedImages(values));
    reader.energy(values.text('energyRating'));
    reader.url(values.text('externalUrl'));
    reader.titleFromKind();
    if (saysYes(values.text('addressHidden') ?? '') === true) reader.hideAddress();
    const modifiedAt = reader.date(values.text('modifiedAt'), values.rules('modifiedAt')[0]?.order);
    return reader.finish({ id: values.text('id'), scope: values.text('idScope'), action: this.#action(), modifiedAt });
  }

  #readOffer(): void {
    const reader = this.#reader;
    const values = this.#values;
    reader.label('reference', values.text('reference'));
    reader.country(values.text('country'));
    reader.goal(values.text('goal'));
    values.goal = reader.values.goal ?? undefined;
    reader.currency(values.text('currency'));
    const { text, rule, period } = this.#price();
    const hidden = saysYes(values.text('priceOnRequest') ?? '') === true;
    if (text !== undefined || hidden) reader.price(text ?? '', { hidden, decimal: rule?.decimal });
    if (period !== undefined) reader.values.rentalPeriod ??= period;
    this.#readPeriod();
    reader.type(values.text('type'));
    reader.status(values.text('status'));
    reader.endOfOffer(values.text('endOfOffer'), values.rules('endOfOffer')[0]?.order);
  }

  /** A period in the price (`£250 pw`) beats a default. */
  #readPeriod(): void {
    const { values } = this.#reader;
    if (values.goal === 'SALE') delete values.rentalPeriod;
    else {
      const found = this.#values.first('rentalPeriod');
      if (found !== undefined && (found.rule.paths.length > 0 || values.rentalPeriod === undefined))
        this.#reader.period(found.text);
    }
  }

  #readPlace(): void {
    const reader = this.#reader;
    const values = this.#values;
    this.#readAddress();
    for (const field of ['city', 'district', 'province', 'postalCode'] as const)
      reader.label(field, values.text(field));
    const point = values.text('point');
    if (point !== undefined) reader.point(point, undefined, { single: true });
    else reader.point(values.text('latitude'), values.text('longitude'));
  }

  #readAddress(): void {
    const found = this.#values.first('address');
    if (found === undefined) return;
    const { text, rule } = found;
    const number = this.#values.textAt(rule.houseNumber) ?? '';
    this.#reader.label('address', streetAddress(text, number, this.#reader.usualCountry));
  }

  #readArea(field: 'areaSqm' | 'plotAreaSqm'): void {
    const found = this.#values.first(field);
    if (found === undefined) return;
    const { text, rule } = found;
    const unit = this.#values.textAt(rule.unitPath)?.trim();
    this.#reader.area(field, text, unit || rule.unit, { decimal: rule.decimal });
  }

  /** The first that is not a placeholder (0, 1), else the first. */
  #price(): OfferedPrice {
    const found = this.#values
      .rules('price')
      .flatMap((rule): OfferedPrice[] => [
        ...this.#values.candidates(rule).map((text) => ({ text, rule })),
        ...this.#rentsInside(rule),
      ]);
    return (
      found.find(({ text = '' }) => /[2-9]|1\d/.test(text)) ??
      found.find(({ text = '' }) => text.trim() !== '') ??
      found[0] ??
      {}
    );
  }

  /** `<price><yearly>180000</yearly></price>` */
  #rentsInside(rule: Rule): OfferedPrice[] {
    const bare = rule.paths
      .filter(({ attribute, ofNames }) => attribute === undefined && !ofNames)
      .flatMap((path) => this.#values.elements(path))
      .filter(({ text }) => text.trim() === '');
    return bare.flatMap(({ children }) =>
      children.flatMap((child) => {
        const period = parsePeriod(child.name);
        return period === null || child.text.trim() === '' ? [] : [{ text: child.text, rule, period }];
      }),
    );
  }

  #action(): ItemAction {
    const word = this.#values.text('action') ?? '';
    return word.trim() === '' ? 'upsert' : (parseAction(word) ?? 'upsert');
  }
}
