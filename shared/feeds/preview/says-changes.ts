/** Read as a full list, a feed of changes would withdraw all other listings. */
import { isAtPath, readItemPaths } from '../xml/item-path.ts';
import { parseBoolean } from '../values/booleans.ts';
import type { XmlElement } from '../xml/xml-element.ts';

const changesWord = new RegExp(
  String.raw`^(?:incremental|incrementale?|delta|diff|differential|difference|changes?|changes[ _-]?only|partial|` +
    String.raw`update|updates|teil|teilabgleich|teilmenge|differenz|änderung(?:en)?|parciale?|partiel(?:le)?|` +
    String.raw`parzial[ei]|parcialny|różnicow[ya]|roznicow[ya]|różnica|roznica|przyrostow[ya]|cambios|modifiche|` +
    String.raw`změny|zmeny|rozdílov[ýá]|wijzigingen|mutaties?|ändringar|modifications?|alterações|novedades|` +
    String.raw`aktualizacj[ae]|изменения|частичная)$`,
  'iu',
);
/** `<incremental>true</incremental>` */
const changesName = /^(?:is_?)?(?:incremental|delta|partial|diff|differential|teilabgleich|changes_?only)$/i;
/** `<export full="false">` */
const fullName = new RegExp(
  String.raw`^(?:is_?)?(?:full|complete|snapshot|vollst(?:ä|ae)ndig|komplett|complet[oaie]?|pe[łl]n[yae])` +
    String.raw`(?:_?(?:export|feed|list|load))?$`,
  'i',
);
/** Enough for headers. */
const maxDepth = 3;

/** The place that says so: `export/@mode="incremental"`. */
export function saysChanges(root: XmlElement, itemPaths: readonly string[]): string | undefined {
  const paths = readItemPaths(itemPaths);
  const visit = (element: XmlElement, ancestors: readonly string[]): string | undefined => {
    if (isAtPath(ancestors, element.name, paths, false) || ancestors.length >= maxDepth) return undefined;
    const path = [...ancestors, element.name].join('/');
    const said = Object.entries(element.attributes).find(([name, value]) => tells(name, value));
    if (said !== undefined) return `${path}/@${said[0]}="${said[1].trim()}"`;
    if (element.children.length === 0 && tells(element.name, element.text)) return `${path}="${element.text.trim()}"`;
    for (const child of element.children) {
      const found = visit(child, [...ancestors, element.name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(root, []);
}

function tells(name: string, value: string): boolean {
  const word = value.trim();
  const said = parseBoolean(word);
  return changesWord.test(word) || (changesName.test(name) && said === true) || (fullName.test(name) && said === false);
}
