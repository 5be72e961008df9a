/** Ava for a file that shares its process. */

import test from 'ava';

const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const prefix = `${file.replace(/^test\/|\.ts$/g, '').replaceAll('/', ' › ')} › `;

export default titled(test);

function titled<Chain extends object>(chain: Chain): Chain {
  return new Proxy(chain, {
    apply: (target, self, [title, ...rest]: unknown[]) =>
      Reflect.apply(target as (...parameters: unknown[]) => unknown, self, [
        typeof title === 'string' ? prefix + title : title,
        ...rest,
      ]),
    get(target, key) {
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'function' ? titled(value) : value;
    },
  });
}
