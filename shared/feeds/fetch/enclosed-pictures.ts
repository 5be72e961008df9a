/** Stored, expected at an address in the settings, or counted as lost. */

import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';

export interface PictureStore {
  /** @param name cannot be guessed. @returns its web address */
  keep(name: string, bytes: Buffer): Promise<string>;
}

const maxPictureBytes = 50 * 1024 * 1024;
const pictureName = /\.(?:jpe?g|jfif|png|gif|webp|bmp|tiff?)$/i;
const namesInItem = /[^<>"'/\\\r\n]{1,250}\.(?:jpe?g|jfif|png|gif|webp|bmp|tiff?)(?![\w.])/gi;

export const pictureKinds: readonly { readonly extension: string; readonly type: string; readonly start: RegExp }[] = [
  { extension: 'jpg', type: 'image/jpeg', start: /^\xff\xd8\xff/ },
  { extension: 'png', type: 'image/png', start: /^\x89PNG\r\n/ },
  { extension: 'gif', type: 'image/gif', start: /^GIF8/ },
  { extension: 'webp', type: 'image/webp', start: /^RIFF[^]{4}WEBP/ },
];

export class EnclosedPictures {
  lost = 0;
  kept = 0;
  readonly #store: PictureStore | undefined;
  readonly #baseUrl: string | undefined;
  /** By path, or unique bare name. */
  readonly #addresses = new Map<string, string | null>();
  readonly #bareNames = new Map<string, string | null>();
  readonly #stamps = new Map<string, string>();

  /** @param baseUrl from the feed's settings */
  constructor(store?: PictureStore, baseUrl?: string) {
    this.#store = store;
    this.#baseUrl = baseUrl;
  }

  async take(path: string, size: number, open: () => Promise<Readable>): Promise<void> {
    if (!pictureName.test(path) || this.#baseUrl !== undefined) return;
    const address = this.#store && size <= maxPictureBytes ? await this.#keep(this.#store, path, await open()) : null;
    if (address === null) this.lost += 1;
    else this.kept += 1;
    const [key, bare] = [keyOf(path), bareOf(path)];
    this.#addresses.set(key, address);
    if (this.#bareNames.has(bare)) this.#bareNames.delete(bare);
    else this.#bareNames.set(bare, address);
  }

  addressOf(path: string): string | null | undefined {
    if (this.#baseUrl !== undefined) return URL.parse(path.trim().replaceAll('\\', '/'), this.#baseUrl)?.href;
    const known = this.#addresses.get(keyOf(path));
    return known === undefined ? this.#bareNames.get(bareOf(path)) : known;
  }

  stampOf(item: Buffer): string {
    if (this.#stamps.size === 0) return '';
    const names = item.toString('utf8').match(namesInItem) ?? [];
    return names.map((name) => this.#stamps.get(bareOf(name)) ?? '').join('');
  }

  async #keep(store: PictureStore, path: string, content: Readable): Promise<string | null> {
    const bytes = Buffer.concat(await content.toArray());
    const start = bytes.toString('latin1', 0, 16);
    const kind = pictureKinds.find((one) => one.start.test(start));
    if (!kind) return null;
    const name = hash('sha256', bytes, 'hex').slice(0, 40);
    const bare = bareOf(path);
    this.#stamps.set(bare, `${this.#stamps.get(bare) ?? ''}${name}`);
    return store.keep(`${name}.${kind.extension}`, bytes);
  }
}

function keyOf(path: string): string {
  return path
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '')
    .normalize('NFC')
    .toLowerCase();
}

function bareOf(path: string): string {
  const key = keyOf(path);
  return key.slice(key.lastIndexOf('/') + 1);
}
