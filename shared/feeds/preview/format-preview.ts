import { stripVTControlCharacters, styleText } from 'node:util';
import type { Sureness } from '../proposal/propose-mapping.ts';
import type { FeedPreview, PreviewListing, PreviewProblem } from './preview.ts';

export interface PreviewTextOptions {
  readonly colour: boolean;
  readonly width: number;
  readonly approving?: boolean;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const previewColumns: readonly (readonly [heading: string, cell: (listing: PreviewListing) => string, max: number])[] =
  [
    ['line', ({ line, offset }) => String(line ?? `@${offset}`), 8],
    ['id', ({ id, idSource }) => (id === undefined ? 'refused' : idSource === 'id' ? id : `${id} (${idSource})`), 24],
    ['does', ({ action, values }) => (action === 'remove' ? 'remove' : (values.status ?? '')), 9],
    ['goal', ({ values }) => values.goal ?? '', 4],
    ['price', (listing) => priceOf(listing), 20],
    ['type', ({ values }) => values.type ?? '', 14],
    ['beds', ({ values }) => numberOf(values.bedrooms), 4],
    ['m²', ({ values }) => numberOf(values.areaSqm), 8],
    ['plot m²', ({ values }) => numberOf(values.plotAreaSqm), 8],
    [
      'place',
      ({ values }) =>
        [values.postalCode, values.city ?? values.district ?? values.province, values.country]
          .filter(Boolean)
          .join(' '),
      28,
    ],
    [
      'point',
      ({ values }) =>
        typeof values.latitude === 'number'
          ? `${values.latitude.toFixed(3)},${(values.longitude ?? 0).toFixed(3)}`
          : '',
      16,
    ],
    ['img', ({ values }) => String(values.images?.length ?? 0), 3],
    ['texts', ({ values }) => Object.keys(values.descriptions ?? {}).join(' '), 12],
    ['title', ({ values }) => values.title ?? '', 60],
  ];
const maxPerCode = 10;
const maxUnread = 30;
const maxLetters = 10_000;

export function formatPreview(preview: FeedPreview, { colour, width, approving = false }: PreviewTextOptions): string {
  const paint: Paint = colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
  const sections = [
    head(preview, paint),
    table(preview, width, paint),
    problems(preview, width, paint),
    unread(preview, width, paint),
    mapping(preview, paint, approving),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function head(preview: FeedPreview, paint: Paint): string {
  const { detection, end } = preview;
  const how = detection === undefined ? 'as asked for' : preview.mapping === undefined ? 'recognised' : 'proposed';
  const whole = end.complete ? 'the feed is whole' : paint('red', `the feed is incomplete (${end.reason ?? 'cut'})`);
  const meaning =
    preview.mode === 'snapshot'
      ? 'lists everything: missing listings were removed'
      : 'lists changes: missing listings stay';
  return [
    `${paint('bold', preview.source)}`,
    `Format:    ${paint('bold', preview.format)} (${how})`,
    ...(detection === undefined ? [] : [`           ${detection.reason}`]),
    `Mode:      ${preview.mode} (${meaning})`,
    `Encoding:  ${preview.encoding}`,
    `Listings:  ${preview.count} in ${end.items} items, ${end.bytes.toLocaleString('en')} bytes; ${whole}`,
  ].join('\n');
}

function table(preview: FeedPreview, width: number, paint: Paint): string {
  const { listings } = preview;
  if (listings.length === 0) return paint('yellow', 'No listing could be read.');
  const columns = previewColumns
    .map(([heading, cell, max]) => {
      const cells = listings.map((listing) => cut(cell(listing), max));
      return {
        heading,
        cells,
        size: Math.max(columnsOf(heading), ...cells.map(columnsOf)),
        filled: cells.some((text) => text !== ''),
      };
    })
    .filter(({ filled }) => filled);
  const row = (cells: readonly string[]): string =>
    cut(
      cells
        .map((text, at) => padded(text, columns[at]?.size ?? 0))
        .join('  ')
        .trimEnd(),
      width,
    );
  const lines = [
    paint('dim', row(columns.map(({ heading }) => heading))),
    ...listings.map((_, at) => row(columns.map(({ cells }) => cells[at] ?? ''))),
  ];
  const more = preview.count > listings.length ? [paint('dim', `… and ${preview.count - listings.length} more`)] : [];
  return [...lines, ...more].join('\n');
}

function problems(preview: FeedPreview, width: number, paint: Paint): string {
  const codes = Object.entries(preview.problemCounts).toSorted(([, a], [, b]) => b - a);
  const doubts = preview.doubts.map((doubt) => paint('yellow', `${doubt}.`));
  if (codes.length + doubts.length === 0) return paint('green', 'No problems.');
  const sections = codes.flatMap(([code, count]) => {
    const own = preview.problems.filter((problem) => problem.code === code);
    const shown = own
      .slice(0, maxPerCode)
      .map((problem) =>
        cut(`  ${whereOf(problem)}${problem.value === undefined ? '' : `: ${JSON.stringify(problem.value)}`}`, width),
      );
    const rest = count > shown.length ? [paint('dim', `  … and ${count - shown.length} more`)] : [];
    const title = cut(`${code} (${count}): ${own[0]?.message ?? ''}`, width);
    return [title.replace(code, paint('yellow', code)), ...shown, ...rest];
  });
  return [paint('bold', 'Problems'), ...doubts, ...sections].join('\n');
}

function whereOf({ line, offset, reference, field }: PreviewProblem): string {
  const place = line === undefined ? `byte ${offset}` : `line ${line}`;
  return [place, reference, field].filter((part) => part !== undefined).join(', ');
}

function unread({ unread: places, end }: FeedPreview, width: number, paint: Paint): string {
  if (end.items === 0) return '';
  if (places.length === 0) return paint('green', 'All parts of the items are read.');
  const shown = places.slice(0, maxUnread);
  const size = Math.min(50, Math.max(...shown.map(({ path }) => columnsOf(path))));
  const lines = shown.map(({ path, items, samples }) =>
    cut(
      `  ${padded(path, size)}  ${String(items).padStart(4)}  ${samples.map((sample) => cut(sample, 40)).join(' | ')}`,
      width,
    ),
  );
  const rest = places.length > shown.length ? [paint('dim', `  … and ${places.length - shown.length} more`)] : [];
  return [paint('bold', 'Not read (path, items, samples)'), ...lines, ...rest].join('\n');
}

function mapping(preview: FeedPreview, paint: Paint, approving: boolean): string {
  if (preview.mapping === undefined) return '';
  const isProposed = preview.detection !== undefined;
  const asks = isProposed && !approving;
  const title =
    (isProposed ? 'Proposed mapping' : 'Mapping') +
    (asks ? ' (save it, correct it, and look again with --mapping <file>)' : '');
  const approve = '\nApprove it with --save <feed id>: the runs of that feed read it by this mapping from then on.';
  return (
    `${paint('bold', title)}\n${sureness(preview)}${JSON.stringify(preview.mapping, null, 2)}` +
    `${asks ? approve : ''}`
  );
}

const heard: Readonly<Record<Sureness, string>> = {
  name: 'Found by name and content: ',
  likely: 'Likely, please check: ',
  guess: 'Guessed, must be checked: ',
};

function sureness({ detection }: FeedPreview): string {
  const fields = Object.entries(detection?.sureness ?? {});
  return (['name', 'likely', 'guess'] as const)
    .map((kind) => [kind, fields.filter(([, one]) => one === kind).map(([field]) => field)] as const)
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${heard[kind]}${names.join(', ')}\n`)
    .join('');
}

function priceOf({ values }: PreviewListing): string {
  if (values.priceOnRequest === true) return 'on request';
  if (typeof values.price !== 'number') return '';
  const period = values.rentalPeriod ? `/${values.rentalPeriod}` : '';
  return (
    `${values.priceFrom === true ? 'from ' : ''}${values.price.toLocaleString('en')} ` +
    `${values.currency ?? '?'}${period}`
  );
}

function numberOf(value: number | null | undefined): string {
  return typeof value === 'number' ? String(value) : '';
}

/** East Asian letters take two columns. */
function columnsOf(text: string): number {
  return [...stripVTControlCharacters(text)].reduce(
    (sum, letter) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(letter)
        ? 2
        : 1),
    0,
  );
}

function padded(text: string, size: number): string {
  return text + ' '.repeat(Math.max(0, size - columnsOf(text)));
}

function cut(text: string, max: number): string {
  const line = text
    .trimEnd()
    .slice(0, maxLetters)
    .replace(/[\r\n\t]+/g, ' ');
  if (columnsOf(line) <= max) return line;
  let used = 0;
  let kept = '';
  for (const letter of line) {
    used += columnsOf(letter);
    if (used > max - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}
