/** `sales/property`, `rental_ad`, `section type="rent"` say what their listings are. */
import { isPropertyType, parsePropertyType } from '../values/property-types.ts';
import { isListingName, type ItemGroup } from './item-group.ts';

type Goal = 'SALE' | 'RENT';

const saleWord = new RegExp(
  '^(?:re)?(?:sales?|sell|buy|venta|vendas?|venda|vente|vendita|vendite|verkauf|kauf|koop|sprzedaz|' +
    'prodej|predaj|prodaja|prodazha|elado|vanzare|vanzari|satilik|πωληση)$',
);
const rentWord = new RegExp(
  '^(?:rents?|rentals?|rented|let|lets|letting|lettings|lease|leases|alquiler|alquileres|arriendo|' +
    'aluguel|alugueis|miete|mieten|vermietung|affitto|affitti|locazione|huur|wynajem|najem|najam|pronajem|prenajom|' +
    'izdavanje|kiado|inchiriere|inchirieri|kiralik|ενοικιαση|arenda)$',
);

function goalOfName(name: string): Goal | undefined {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  const [sale, rent] = [words.some((word) => saleWord.test(word)), words.some((word) => rentWord.test(word))];
  return sale === rent ? undefined : sale ? 'SALE' : 'RENT';
}

const levels: readonly (readonly [fromEnd: number, path: string])[] = [
  [1, 'name()'],
  [2, '../name()'],
  [3, '../../name()'],
];

/** `isWhole`: the rule covers all groups. */
export function goalOfGroups(
  groups: readonly ItemGroup[],
): { readonly rule: unknown; readonly isWhole: boolean } | undefined {
  for (const [fromEnd, path] of levels) {
    const names = namesAt(groups, fromEnd);
    const told = names.flatMap((name) => {
      const goal = goalOfName(name);
      return goal === undefined ? [] : [[name, goal] as const];
    });
    if (told.length > 0)
      return {
        rule: { path, map: { ...Object.fromEntries(told), ...(told.length < names.length ? { '*': '' } : {}) } },
        isWhole: told.length === names.length,
      };
  }
  return goalOfAttributes(groups);
}

function namesAt(groups: readonly ItemGroup[], fromEnd: number): readonly string[] {
  // The root is no group.
  return [...new Set(groups.flatMap(({ path }) => path.split('/').slice(1).at(-fromEnd) ?? []))];
}

/** `<section tab="sale">` */
function goalOfAttributes(groups: readonly ItemGroup[]): ReturnType<typeof goalOfGroups> {
  const parents = groups.flatMap((group) => group.parents);
  const names = new Set(parents.flatMap(({ attributes }) => Object.keys(attributes)));
  for (const name of [...names].filter((one) => /^[\p{L}_][\p{L}\p{N}_.:-]*$/u.test(one))) {
    const values = [
      ...new Set(
        parents.map(({ attributes }) => (Object.hasOwn(attributes, name) ? String(attributes[name]).trim() : '')),
      ),
    ];
    const told = values.map((value) => [value, goalOfName(value)] as const);
    if (told.length > 0 && told.every(([value, goal]) => value !== '' && goal !== undefined))
      return { rule: { path: `../@${name}`, map: Object.fromEntries(told) }, isWhole: true };
  }
  return undefined;
}

/** `houses/ad`, `plots/ad`; `apartment` alone, but not `home`, which stands for any listing. */
export function typeOfGroups(groups: readonly ItemGroup[]): unknown {
  for (const [fromEnd, path] of levels) {
    const kinds = namesAt(groups, fromEnd).flatMap((name) => {
      const kind = kindIn(name);
      return kind === undefined ? [] : [[name, kind] as const];
    });
    const isOwn = fromEnd === 1 && !groups.some((group) => isListingName(group.path));
    if (kinds.length > (isOwn ? 0 : 1)) return { path, map: { ...Object.fromEntries(kinds), '*': '' } };
  }
  return undefined;
}

function kindIn(name: string): string | undefined {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').split(/[^\p{L}]+/u);
  const rest = words.filter((word) => goalOfName(word) === undefined).join(' ');
  return [rest, rest.replace(/s$/, '')].filter(isPropertyType).map(parsePropertyType)[0] ?? undefined;
}
