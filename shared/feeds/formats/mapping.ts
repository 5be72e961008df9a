/**
 * GENERIC's mapping, as an operator writes it (JSON):
 *
 *     { "itemPath": "properties/property",
 *       "fields": { "id": "@id", "title": ["title/es", "title"], "price": { "path": "precio", "number": "es" },
 *                   "goal": { "path": "tipo", "map": { "1": "SALE", "2": "RENT" } }, "currency": { "value": "EUR" } } }
 *
 * A field is a path (`mapping-path.ts`), a rule, or a list: the first with text wins (of `features` and `images` all).
 * Flags: `{ "path": "deleted", "yes": "WITHDRAWN" }`. Languages: `{ "en": "desc_en", "de": ["desc_de", "desc"] }`.
 */
import { EstioError } from '../../platform/errors.ts';
import type { FeedMapping } from './feed-format.ts';
import { parseLanguage } from '../values/languages.ts';
import type { DecimalMark } from '../values/numbers.ts';
import { wordKey } from '../values/words.ts';
import { checkRuleValues, fieldKinds, fieldKind, ruleKeys } from './mapping-fields.ts';
import type { FieldKind } from './mapping-fields.ts';
import { readMappingPath } from './mapping-path.ts';
import type { MappingPath } from './mapping-path.ts';

export interface Rule {
  readonly paths: readonly MappingPath[];
  readonly each?: MappingPath | undefined;
  readonly value?: string | undefined;
  readonly decimal?: DecimalMark | undefined;
  readonly unit?: string | undefined;
  readonly unitPath?: MappingPath | undefined;
  readonly map?: ReadonlyMap<string, string> | undefined;
  readonly join?: string | undefined;
  readonly split?: string | undefined;
  readonly lineBreak?: string | undefined;
  readonly order?: 'dmy' | 'mdy' | undefined;
  readonly label?: string | undefined;
  /** Fixed, `'name'` (the element's), or a path. */
  readonly language?: string | MappingPath | undefined;
  readonly caption?: MappingPath | undefined;
  readonly main?: MappingPath | undefined;
  readonly position?: MappingPath | undefined;
  /** Adds numbers, times these weights. */
  readonly sum?: readonly number[] | undefined;
  readonly yes?: string | undefined;
  readonly no?: string | undefined;
  readonly houseNumber?: MappingPath | undefined;
  /** Of a one-line address: by its words, or by place between commas (negative: from the end). */
  readonly part?: 'town' | 'region' | number | undefined;
  /** Only for listings with this goal. */
  readonly for?: 'SALE' | 'RENT' | undefined;
  readonly condition?: Condition | undefined;
  /** Files delivered with the feed: a name is no address. */
  readonly areFiles?: boolean | undefined;
}

interface Condition {
  readonly path: MappingPath;
  readonly is?: ReadonlySet<string>;
  readonly not?: ReadonlySet<string>;
  readonly missing?: boolean;
}

export interface CompiledMapping {
  readonly itemPaths: readonly string[];
  readonly fields: ReadonlyMap<string, readonly Rule[]>;
  readonly pathsUp: readonly MappingPath[];
}

/** One problem per line. */
export class MappingError extends EstioError {
  override name = 'MappingError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The mapping of the feed cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, {
      code: 'invalid-mapping',
    });
    this.problems = problems;
  }
}

const compiled = new WeakMap<object, CompiledMapping>();

/**
 * Cached.
 * @throws MappingError with all problems.
 */
export function compileMapping(mapping: unknown): CompiledMapping {
  if (!isRecord(mapping)) throw new MappingError([`expected an object { itemPath, fields }, got ${kindOf(mapping)}`]);
  const known = compiled.get(mapping);
  if (known !== undefined) return known;
  const problems: string[] = [];
  const itemPaths = readItemPaths(mapping['itemPath'], problems);
  for (const key of Object.keys(mapping))
    if (key !== 'itemPath' && key !== 'fields')
      problems.push(`unknown key "${key}": a mapping has itemPath and fields`);
  const fields = new Map<string, readonly Rule[]>();
  if (isRecord(mapping['fields']))
    for (const [field, written] of Object.entries(mapping['fields']))
      fields.set(field, readField(field, written, problems));
  else problems.push(`fields: expected an object of field names, got ${kindOf(mapping['fields'])}`);
  if (fields.size === 0 && problems.length === 0) problems.push('fields: nothing is mapped');
  if (problems.length > 0) throw new MappingError(problems);
  const pathsUp = [...fields.values()]
    .flat()
    .flatMap(pathsOf)
    .filter(({ up }) => up > 0);
  const result = { itemPaths, fields, pathsUp };
  compiled.set(mapping, result);
  return result;
}

export function endNamesOf({ fields }: CompiledMapping): readonly string[] {
  const paths = (fields.get('endOfOffer') ?? []).flatMap((rule) => rule.paths);
  return paths.flatMap(({ attribute, steps }) => attribute ?? steps.at(-1)?.name ?? []).filter((name) => name !== '');
}

/** @returns the mapping, or its problems */
export function checkMapping(
  mapping: unknown,
): { readonly mapping: FeedMapping } | { readonly problems: readonly string[] } {
  try {
    compileMapping(mapping);
    return { mapping: mapping as FeedMapping };
  } catch (error) {
    if (error instanceof MappingError) return { problems: error.problems };
    throw error;
  }
}

function pathsOf(rule: Rule): readonly MappingPath[] {
  const { each, unitPath, houseNumber, condition } = rule;
  return [...rule.paths, each, unitPath, houseNumber, condition?.path].filter((path) => path !== undefined);
}

function readItemPaths(written: unknown, problems: string[]): string[] {
  if (typeof written !== 'string' || written.trim() === '') {
    problems.push(
      `itemPath: expected the path of the items, such as "properties/property" or "//ad", got ${kindOf(written)}`,
    );
    return [];
  }
  const paths = written.split('|').map((path) => path.trim().replace(/^\/(?!\/)/, ''));
  for (const path of paths) {
    if (/[@[\]]/.test(path))
      problems.push(`itemPath: "${path}" may contain only names and *, no attributes or conditions`);
    else if (path === '' || path.endsWith('/')) problems.push(`itemPath: "${written}" has an empty path`);
  }
  return paths;
}

function readField(field: string, written: unknown, problems: string[]): readonly Rule[] {
  const kind = fieldKind(field);
  if (kind === undefined) {
    problems.push(`${field}: unknown field${suggestion(field)}; fields are ${Object.keys(fieldKinds).join(', ')}`);
    return [];
  }
  if (Array.isArray(written))
    return written.flatMap((part, index) => readRules(`${field}[${index}]`, kind, part, problems));
  return readRules(field, kind, written, problems);
}

function readRules(where: string, kind: FieldKind, written: unknown, problems: string[]): readonly Rule[] {
  if (typeof written === 'string') return [{ paths: readPaths(where, written, problems) }];
  if (!isRecord(written)) {
    problems.push(`${where}: expected a path, a rule or a list of them, got ${kindOf(written)}`);
    return [];
  }
  if (kind === 'texts' && !ruleKeys.some((key) => key in written)) return readLanguages(where, written, problems);
  return [readRule(where, kind, written, problems)];
}

/** `{ "en": "desc_en", "de": { "path": "desc_de" } }` */
function readLanguages(where: string, written: Record<string, unknown>, problems: string[]): readonly Rule[] {
  return Object.entries(written).flatMap(([word, part]) => {
    const language = parseLanguage(word);
    if (language === null)
      problems.push(`${where}.${word}: neither a language (ISO 639-1) nor a key of a rule (${ruleKeys.join(', ')})`);
    const parts: readonly unknown[] = Array.isArray(part) ? part : [part];
    return parts
      .flatMap((one) => readRules(`${where}.${word}`, 'texts', one, problems))
      .map((rule) => ({ ...rule, language: language ?? word }));
  });
}

function readRule(where: string, kind: FieldKind, written: Record<string, unknown>, problems: string[]): Rule {
  for (const key of Object.keys(written))
    if (!ruleKeys.includes(key)) problems.push(`${where}.${key}: unknown key; a rule has ${ruleKeys.join(', ')}`);
  const attribute = text(where, written, 'attribute', problems);
  const value = text(where, written, 'value', problems);
  const each = path(where, written, 'each', problems);
  const paths =
    written['path'] === undefined
      ? defaultPaths(attribute, value, each, where, problems)
      : readPaths(`${where}.path`, written['path'], problems, attribute);
  checkRuleValues(where, kind, written, problems);
  return {
    paths,
    each,
    value,
    decimal: readDecimal(where, written['number'], problems),
    unit: text(where, written, 'unit', problems),
    unitPath: path(where, written, 'unitPath', problems),
    map: readTable(where, written['map'], problems),
    join: text(where, written, 'join', problems),
    split: text(where, written, 'split', problems),
    lineBreak: text(where, written, 'lineBreak', problems),
    order: written['order'] === 'dmy' || written['order'] === 'mdy' ? written['order'] : undefined,
    label: text(where, written, 'label', problems),
    language: readLanguage(where, written['language'], problems),
    caption: path(where, written, 'caption', problems),
    main: path(where, written, 'main', problems),
    position: path(where, written, 'position', problems),
    sum: readSum(where, written['sum'], problems),
    yes: text(where, written, 'yes', problems),
    no: text(where, written, 'no', problems),
    houseNumber: path(where, written, 'houseNumber', problems),
    part: written['part'] as Rule['part'],
    for: written['for'] === 'SALE' || written['for'] === 'RENT' ? written['for'] : undefined,
    condition: readCondition(`${where}.if`, written['if'], problems),
    areFiles: written['files'] === true,
  };
}

function defaultPaths(
  attribute: string | undefined,
  value: string | undefined,
  each: MappingPath | undefined,
  where: string,
  problems: string[],
): readonly MappingPath[] {
  if (attribute !== undefined) return readPaths(where, '.', problems, attribute);
  if (each !== undefined) return readPaths(where, '.', problems);
  if (value === undefined) problems.push(`${where}: a rule needs a path or a value`);
  return [];
}

function readPaths(where: string, written: unknown, problems: string[], attribute?: string): readonly MappingPath[] {
  const list = Array.isArray(written) ? written : [written];
  return list.flatMap((part) => {
    if (typeof part !== 'string') {
      problems.push(`${where}: expected a path, got ${kindOf(part)}`);
      return [];
    }
    const read = readMappingPath(attribute === undefined ? part : `${part}/@${attribute.replace(/^@/, '')}`);
    if (typeof read !== 'string') return [read];
    problems.push(`${where}: ${read}`);
    return [];
  });
}

function path(
  where: string,
  written: Record<string, unknown>,
  key: string,
  problems: string[],
): MappingPath | undefined {
  return written[key] === undefined ? undefined : readPaths(`${where}.${key}`, written[key], problems)[0];
}

function text(where: string, written: Record<string, unknown>, key: string, problems: string[]): string | undefined {
  const value = written[key];
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  problems.push(`${where}.${key}: expected text, got ${kindOf(value)}`);
  return undefined;
}

function readLanguage(where: string, written: unknown, problems: string[]): string | MappingPath | undefined {
  if (written === undefined) return undefined;
  if (typeof written === 'string' && written !== 'name' && parseLanguage(written) !== null) return written;
  if (written === 'name') return 'name';
  return readPaths(`${where}.language`, written, problems)[0];
}

/** `"de"`, `"es-ES"`, or `{ "decimal": "," }` */
function readDecimal(where: string, written: unknown, problems: string[]): DecimalMark | undefined {
  if (written === undefined) return undefined;
  const mark = isRecord(written)
    ? written['decimal']
    : typeof written === 'string'
      ? decimalMarkOf(written)
      : undefined;
  if (mark === '.' || mark === ',') return mark;
  problems.push(`${where}.number: expected a locale like "de" or { "decimal": "," }, got ${JSON.stringify(written)}`);
  return undefined;
}

function decimalMarkOf(locale: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale).length === 0
      ? undefined
      : new Intl.NumberFormat(locale, { numberingSystem: 'latn' })
          .formatToParts(1.5)
          .find(({ type }) => type === 'decimal')?.value;
  } catch {
    return undefined;
  }
}

/** `{ "path": "../@kind", "is": ["plot"] }`, `not`, `"missing": true`. */
function readCondition(where: string, written: unknown, problems: string[]): Condition | undefined {
  if (written === undefined) return undefined;
  if (!isRecord(written)) {
    problems.push(`${where}: expected { path, is }, { path, not } or { path, missing }, got ${kindOf(written)}`);
    return undefined;
  }
  const at = path(where, written, 'path', problems);
  const words = (key: string): ReadonlySet<string> | undefined =>
    written[key] === undefined ? undefined : new Set([written[key]].flat().map((word) => tableKey(String(word))));
  const [is, not] = [words('is'), words('not')];
  if (at !== undefined && (is ?? not ?? written['missing']) !== undefined)
    return {
      path: at,
      ...(is ? { is } : {}),
      ...(not ? { not } : {}),
      ...(written['missing'] === true ? { missing: true } : {}),
    };
  problems.push(`${where}: expected a path, and is, not or missing`);
  return undefined;
}

/** `true`, or `[1, 0.5]` for full and half bathrooms. */
function readSum(where: string, written: unknown, problems: string[]): readonly number[] | undefined {
  if (written === undefined || written === false) return undefined;
  if (written === true) return [];
  if (Array.isArray(written) && written.every((weight) => typeof weight === 'number')) return written;
  problems.push(`${where}.sum: expected true or a list of weights, got ${JSON.stringify(written)}`);
  return undefined;
}

function readTable(where: string, written: unknown, problems: string[]): ReadonlyMap<string, string> | undefined {
  if (written === undefined) return undefined;
  if (
    isRecord(written) &&
    Object.values(written).every((value) => ['string', 'boolean', 'number'].includes(typeof value))
  ) {
    return new Map(
      Object.entries(written).map(([word, meaning]) => [word === '*' ? '*' : tableKey(word), String(meaning)]),
    );
  }
  problems.push(`${where}.map: expected an object of the feed's words and their meanings, got ${kindOf(written)}`);
  return undefined;
}

/** Ignores case, accents and punctuation, but `-1` is not `1`. */
export function tableKey(word: string): string {
  return /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(word) ? word.trim() : wordKey(word);
}

function suggestion(field: string): string {
  const wanted = field.toLowerCase();
  const near = Object.keys(fieldKinds).find(
    (name) => name.toLowerCase().startsWith(wanted.slice(0, 3)) || wanted.includes(name.toLowerCase()),
  );
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? `"${value}"`
        : typeof value;
}
