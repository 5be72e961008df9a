export interface Setting<T> {
  readonly env: string;
  readonly description: string;
  readonly expected: string;
  readonly example: string | undefined;
  readonly secret: boolean;
  /** @throws {RangeError} without secrets in it */
  readonly parse: (text: string) => T;
  readonly fallback: T;
}

interface Described {
  readonly env: string;
  readonly description: string;
}

const wrong = new RangeError('not as expected');

/** Longer values were pasted by mistake. */
export const maxTextLength = 8192;

export function text(options: Described & { fallback: string; pattern?: RegExp; expected?: string }): Setting<string> {
  return optionalText(options) as Setting<string>;
}

export function optionalText(
  options: Described & { fallback?: string; pattern?: RegExp; expected?: string; secret?: boolean },
): Setting<string | undefined> {
  return {
    ...options,
    expected: options.expected ?? 'any text',
    example: options.fallback,
    secret: options.secret ?? false,
    fallback: options.fallback,
    parse(value) {
      if (options.pattern && !options.pattern.test(value)) throw wrong;
      return value;
    },
  };
}

export function secret(
  options: Described & { minLength?: number; maxLength?: number; pattern?: RegExp; expected?: string },
): Setting<string | undefined> {
  const { minLength = 1, maxLength = maxTextLength } = options;
  return {
    ...options,
    expected:
      options.expected ??
      (minLength > 1 ? `a secret of at least ${minLength} characters (and at most ${maxLength})` : 'a secret'),
    example: undefined,
    secret: true,
    fallback: undefined,
    parse(value) {
      if (value.length < minLength || value.length > maxLength || (options.pattern && !options.pattern.test(value)))
        throw wrong;
      return value;
    },
  };
}

/** Whole unless `fraction`. */
export function number(
  options: Described & { fallback: number; min: number; max: number; fraction?: boolean },
): Setting<number> {
  const kind = options.fraction ? 'a number' : 'a whole number';
  return {
    ...options,
    expected: `${kind} from ${options.min} to ${options.max}`,
    example: String(options.fallback),
    secret: false,
    parse(value) {
      const parsed = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
      if (!(parsed >= options.min && parsed <= options.max)) throw wrong;
      if (!options.fraction && !Number.isInteger(parsed)) throw wrong;
      return parsed;
    },
  };
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `2h`; the value is in ms. */
export function duration(options: Described & { fallback: string; min: string; max: string }): Setting<number> {
  const [min, max] = [parseDuration(options.min), parseDuration(options.max)];
  return {
    ...options,
    expected: `a length of time from ${options.min} to ${options.max}, such as 90s, 30m or 2h`,
    example: options.fallback,
    secret: false,
    fallback: parseDuration(options.fallback),
    parse(value) {
      const parsed = parseDuration(value);
      if (parsed < min || parsed > max) throw wrong;
      return parsed;
    },
  };
}

function parseDuration(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value.trim());
  if (!match) throw wrong;
  return Number(match[1]) * (unitMs[match[2] as string] as number);
}

export function choice<const W extends string>(options: Described & { words: readonly W[]; fallback: W }): Setting<W> {
  return {
    ...options,
    expected: `one of ${options.words.join(', ')}`,
    example: options.fallback,
    secret: false,
    parse(value) {
      const word = options.words.find((candidate) => candidate === value.trim());
      if (word === undefined) throw wrong;
      return word;
    },
  };
}

/** `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`. */
export function flag(options: Described & { fallback: boolean }): Setting<boolean> {
  return {
    ...options,
    expected: '1 (on) or 0 (off)',
    example: options.fallback ? '1' : '0',
    secret: false,
    parse(value) {
      const word = value.trim().toLowerCase();
      if (['1', 'true', 'yes', 'on'].includes(word)) return true;
      if (['0', 'false', 'no', 'off'].includes(word)) return false;
      throw wrong;
    },
  };
}

export function list(
  options: Described & { fallback?: readonly string[]; split?: (value: string) => readonly string[] },
): Setting<readonly string[]> {
  const fallback = options.fallback ?? [];
  return {
    ...options,
    expected: 'a comma-separated list',
    example: fallback.length > 0 ? fallback.join(',') : undefined,
    secret: false,
    fallback,
    parse: options.split ?? splitAtCommas,
  };
}

function splitAtCommas(value: string): readonly string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Without a trailing slash, since paths are appended; `exact`: unchanged, for fetch, which refuses user names. */
export function url<F extends string | undefined = undefined>(
  options: Described & {
    fallback?: F;
    secret?: boolean;
    protocols?: readonly string[];
    exact?: boolean;
    accepts?: (value: string) => boolean;
    expected?: string;
  },
): Setting<string | F> {
  const protocols = options.protocols ?? ['http:', 'https:'];
  return {
    ...options,
    expected:
      options.expected ??
      'an address that begins with ' +
        `${protocols.map((protocol) => `${protocol}//`).join(' or ')}${options.exact ? ', without a user name' : ''}`,
    example: options.fallback,
    secret: options.secret ?? false,
    fallback: options.fallback as F,
    parse(value) {
      const trimmed = value.trim();
      const protocol = /^([a-z][a-z0-9+.-]*:)\/\/./i.exec(trimmed)?.[1]?.toLowerCase();
      if (protocol === undefined || !protocols.includes(protocol) || options.accepts?.(trimmed) === false) throw wrong;
      if (!options.exact) return trimmed.replace(/\/+$/, '');
      if (!URL.canParse(trimmed) || new URL(trimmed).username !== '' || new URL(trimmed).password !== '') throw wrong;
      return trimmed;
    },
  };
}
