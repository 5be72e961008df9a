/** Senders write a building's pictures behind its units or floor plans; they are given before them. */

/** Of a larger building, the pictures stay behind. */
const maxHeldBytes = 64 * 1024 * 1024;
const maxTagBytes = 64;
const unit = /<(?:[\w-]+:)?(?:ILS_Unit|Floorplan)[\s>]/;
const endOfBuilding = /<\/(?:[\w-]+:)?Property\s*>/;
const endOfUnit = /<\/(?:[\w-]+:)?(?:ILS_Unit|Floorplan)\s*>/;
const picture = /<((?:[\w-]+:)?File)[\s>]/;
const endOfPicture = /<\/(?:[\w-]+:)?File\s*>/;

export async function* picturesFirst(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const search = new BuildingSearch();
  for await (const chunk of bytes) {
    const passed = search.push(chunk.toString('latin1'));
    if (passed !== '') yield Buffer.from(passed, 'latin1');
  }
  const rest = search.end();
  if (rest !== '') yield Buffer.from(rest, 'latin1');
}

class BuildingSearch {
  /** Units of a building, as they came. */
  #units: string[] | undefined;
  #length = 0;
  /** The end of what came: a tag may go on in the next bytes. */
  #carried = '';

  push(bytes: string): string {
    let out = '';
    let text = this.#carried + bytes;
    for (;;) {
      const found = (this.#units ? endOfBuilding : unit).exec(text);
      if (!found) break;
      out += this.#pass(text.slice(0, found.index));
      text = text.slice(found.index);
      this.#units = this.#units ? undefined : [];
    }
    const last = text.lastIndexOf('<');
    const end = last >= 0 && text.length - last < maxTagBytes ? last : text.length;
    this.#carried = text.slice(end);
    return out + this.#hold(text.slice(0, end));
  }

  end(): string {
    return (this.#units?.join('') ?? '') + this.#carried;
  }

  /** Ends the units, or what is before them. */
  #pass(text: string): string {
    if (!this.#units) return text;
    const units = this.#units.join('') + text;
    this.#length = 0;
    return picturesOf(units) + units;
  }

  #hold(text: string): string {
    if (!this.#units) return text;
    this.#units.push(text);
    this.#length += text.length;
    if (this.#length <= maxHeldBytes) return '';
    const units = this.#units.join('');
    this.#units = undefined;
    this.#length = 0;
    return units;
  }
}

/** Behind the last unit: those inside a unit are its own. */
function picturesOf(units: string): string {
  const behind = units.split(endOfUnit).at(-1) ?? '';
  const found = behind.split(endOfPicture).slice(0, -1);
  return found
    .map((text) => {
      const opened = picture.exec(text);
      return opened ? `${text.slice(opened.index)}</${opened[1]}>` : '';
    })
    .join('');
}
