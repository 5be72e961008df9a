/** Flags that senders add to a format of their own accord: off the market, reserved, address not shown. */
import { parseBoolean } from '../values/booleans.ts';
import { blurred } from '../values/coordinates.ts';
import { addressFlagOf, isAddressAnswer, statusFlagOf, wholeAddress } from './flag-names.ts';
import { wordKey } from '../values/words.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import type { FeedFormat, ListingStatus, MappedItem } from './feed-format.ts';

interface FlagOf<Flag> {
  readonly flag: Flag;
  readonly text: string;
}

export function withSenderFlags<Format extends FeedFormat>(format: Format, hasAddressFlag: boolean): Format {
  const map: FeedFormat['map'] = (item, context) => {
    const found = format.map(item, context);
    for (const mapped of found) {
      readStatus(item, mapped);
      if (!hasAddressFlag && hidesAddress(item)) hideAddress(mapped);
    }
    return found;
  };
  return { ...format, map };
}

function readStatus(item: XmlElement, mapped: MappedItem): void {
  const { values, action } = mapped;
  if (values.status === undefined && action === 'upsert' && !isDoubted(mapped)) {
    const status = statusByFlags(item);
    if (status !== undefined) values.status = status;
  }
}

function hideAddress({ values }: MappedItem): void {
  Object.assign(values, { addressHidden: true, address: null });
  const { latitude, longitude } = values;
  if (typeof latitude === 'number' && typeof longitude === 'number')
    Object.assign(values, blurred({ latitude, longitude }));
}

function isDoubted({ warnings }: MappedItem): boolean {
  return warnings.some(({ code }) => code === 'unknown-status');
}

function statusByFlags(item: XmlElement): ListingStatus | undefined {
  return flagsOf(item, (name) => statusFlagOf(name))
    .flatMap(({ flag, text }) => {
      const said = parseBoolean(text);
      const status = said === null ? undefined : said ? flag.yes : flag.no;
      return status === undefined ? [] : [{ status, rank: flag.rank }];
    })
    .toSorted((a, b) => a.rank - b.rank)[0]?.status;
}

function hidesAddress(item: XmlElement): boolean {
  return [item, ...item.children]
    .flatMap((element) => flagsOf(element, addressFlagOf))
    .filter(({ text }) => isAddressAnswer(text))
    .some(({ flag, text }) => {
      const yes = parseBoolean(text) ?? wholeAddress.includes(wordKey(text));
      return flag === 'hides' ? yes : !yes;
    });
}

/** Only flags are read: the preview lists what is not. */
function flagsOf<Flag>(
  { name, attributes, children }: XmlElement,
  flagOf: (name: string, element?: string) => Flag | undefined,
): readonly FlagOf<Flag>[] {
  const found = (flag: Flag | undefined, text: () => string | undefined): FlagOf<Flag>[] =>
    flag === undefined ? [] : [{ flag, text: text()?.trim() ?? '' }];
  return [
    ...Object.keys(attributes).flatMap((attribute) => found(flagOf(attribute, name), () => attributes[attribute])),
    ...children
      .filter((child) => child.children.length === 0)
      .flatMap((child) => found(flagOf(child.name), () => child.text)),
  ];
}
