/** A subset of JSON Schema, with its TypeScript types. */

interface Described {
  readonly description?: string;
}

export type PayloadSchema =
  | (Described & { readonly const: string | boolean })
  | (Described & { readonly enum: readonly string[] })
  | (Described & { readonly type: 'string'; readonly format?: 'date-time' })
  | (Described & { readonly type: 'number' | 'integer'; readonly minimum?: number; readonly maximum?: number })
  | (Described & { readonly type: 'array'; readonly items: PayloadSchema })
  | (Described & { readonly oneOf: readonly PayloadSchema[] })
  | ObjectSchema;

interface ObjectSchema extends Described {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, PayloadSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** What a schema (`as const`) accepts. */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly oneOf: readonly (infer O)[] }
      ? O extends unknown
        ? FromSchema<O>
        : never
      : S extends { readonly type: 'string' }
        ? string
        : S extends { readonly type: 'number' | 'integer' }
          ? number
          : S extends { readonly type: 'array'; readonly items: infer I }
            ? readonly FromSchema<I>[]
            : S extends {
                  readonly type: 'object';
                  readonly properties: infer P;
                  readonly required: readonly (infer R)[];
                }
              ? { readonly [K in keyof P as K extends R ? K : never]: FromSchema<P[K]> } & {
                  readonly [K in keyof P as K extends R ? never : K]?: FromSchema<P[K]>;
                }
              : never;

/** Properties not in `optional` are required. */
export function object<
  const P extends Readonly<Record<string, PayloadSchema>>,
  const O extends keyof P & string = never,
>(
  properties: P,
  optional: readonly O[] = [],
): { type: 'object'; properties: P; required: readonly Exclude<keyof P & string, O>[]; additionalProperties: false } {
  const required = Object.keys(properties).filter((name) => !(optional as readonly string[]).includes(name));
  return {
    type: 'object',
    properties,
    required: required as Exclude<keyof P & string, O>[],
    additionalProperties: false,
  };
}
