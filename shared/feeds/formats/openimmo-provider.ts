/** Some programs write `openimmo_anid` after or between the objects; it is moved before them. */
import { child } from '../xml/xml-element.ts';
import type { FeedContext } from './feed-format.ts';

/** On any element around the object. */
export function providerOf({ surroundings }: FeedContext): string | undefined {
  return surroundings.map((element) => child(element, 'openimmo_anid', true)?.text).findLast((id) => id);
}

/** A larger provider goes without an id. */
const maxHeldBytes = 64 * 1024 * 1024;
const maxTagBytes = 4096;
const opening = /<(?:[\w-]+:)?anbieter(?=[\s>])[^>]*>/i;
const closing = /<\/(?:[\w-]+:)?anbieter\s*>/i;
const object = /<(?:[\w-]+:)?immobilie[\s>]/i;
const id = /<((?:[\w-]+:)?openimmo_anid)\b[^>]*>[^<]*<\/\1\s*>/i;

export async function* providerFirst(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const search = new ProviderSearch();
  for await (const chunk of bytes) {
    const passed = search.push(chunk.toString('latin1'));
    if (passed !== '') yield Buffer.from(passed, 'latin1');
  }
  const rest = search.end();
  if (rest !== '') yield Buffer.from(rest, 'latin1');
}

interface Step {
  readonly out: string;
  readonly rest?: string;
}

interface Held {
  readonly parts: string[];
  length: number;
  window: string;
  hadObject: boolean;
}

class ProviderSearch {
  #carried = '';
  #held: Held | undefined;

  push(text: string): string {
    let out = '';
    let rest: string | undefined = this.#carried + text;
    this.#carried = '';
    while (rest !== undefined) {
      const step: Step = this.#held ? this.#lookForId(rest) : this.#lookForProvider(rest);
      out += step.out;
      rest = step.rest;
    }
    return out;
  }

  end(): string {
    return this.#carried + (this.#held?.parts.join('') ?? '');
  }

  #lookForProvider(text: string): Step {
    const found = opening.exec(text);
    if (found) {
      const at = found.index + found[0].length;
      this.#held = { parts: [], length: 0, window: '', hadObject: false };
      return { out: text.slice(0, at), rest: text.slice(at) };
    }
    const last = text.lastIndexOf('<');
    const isOpen = last >= 0 && text.length - last < maxTagBytes && !text.includes('>', last);
    if (isOpen) this.#carried = text.slice(last);
    return { out: isOpen ? text.slice(0, last) : text };
  }

  #lookForId(text: string): Step {
    const held = this.#held as Held;
    const seen = held.window + text;
    const end = closing.exec(seen)?.index ?? Infinity;
    const found = id.exec(seen);
    if (found && found.index < end) {
      const isBehind = held.hadObject || (object.exec(seen)?.index ?? Infinity) < found.index;
      this.#held = undefined;
      const behind = Math.max(0, found.index + found[0].length - held.window.length);
      const parts = [...held.parts, text.slice(0, behind)].join('');
      return { out: isBehind ? found[0] + parts : parts, rest: text.slice(behind) };
    }
    if (end < Infinity || held.length + text.length > maxHeldBytes) {
      this.#held = undefined;
      return { out: held.parts.join(''), rest: text };
    }
    held.parts.push(text);
    held.length += text.length;
    held.window = seen.slice(-maxTagBytes);
    held.hadObject ||= object.test(seen);
    return { out: '' };
  }
}
