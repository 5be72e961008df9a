/**
 * Whose the objects of an OpenImmo feed are: `openimmo_anid`. It stands before the objects as a rule; where a program
 * writes it behind or between them, it is read before they are.
 */
import { child } from '../xml/xml-element.ts';
import type { FeedContext } from './feed-format.ts';

/** The provider's id, which may stand on any element around the object. */
export function providerOf({ surroundings }: FeedContext): string | undefined {
  return surroundings.map((element) => child(element, 'openimmo_anid', true)?.text).findLast((id) => id);
}

/** So much of a provider is held back while its id is looked for; a larger one goes without. */
const maxHeldBytes = 64 * 1024 * 1024;
/** No start tag and no id is longer. */
const maxTagBytes = 4096;
const opening = /<(?:[\w-]+:)?anbieter(?=[\s>])[^>]*>/i;
const closing = /<\/(?:[\w-]+:)?anbieter\s*>/i;
const object = /<(?:[\w-]+:)?immobilie[\s>]/i;
const id = /<((?:[\w-]+:)?openimmo_anid)\b[^>]*>[^<]*<\/\1\s*>/i;

/**
 * The bytes of a feed with each provider's id right behind its start tag. Where it stands before the objects already,
 * the bytes go through as they are, piece by piece.
 */
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
  /** What goes on. */
  readonly out: string;
  /** What is looked at next; nothing: more must come. */
  readonly rest?: string;
}

interface Held {
  readonly parts: string[];
  length: number;
  /** The last of it, in which a tag may begin. */
  window: string;
  hadObject: boolean;
}

/** Latin-1 text in, the same with ids moved forward out; each byte is looked at a few times, however large the feed. */
class ProviderSearch {
  /** What may be the beginning of a start tag. */
  #carried = '';
  /** What stands behind the start tag of a provider whose id is not known yet. */
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
