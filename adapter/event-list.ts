import type { describeEventTypes } from '../shared/events/event-table.ts';

const labels = { when: 'when', payloads: 'payload', keys: 'key' } as const;
const indent = '  ';
const labelWidth = Math.max(...Object.values(labels).map((label) => label.length)) + 2;
const minWidth = 40;

/** Longer words get their own line. Pure. */
export function eventList(types: ReturnType<typeof describeEventTypes>, width = 80): string {
  const room = Math.max(width, minWidth) - indent.length - labelWidth;
  const entry = (label: string, texts: readonly string[]) =>
    texts
      .flatMap((text) => wrapWords(text, room))
      .map((line, index) => `${indent}${(index === 0 ? label : '').padEnd(labelWidth)}${line}\n`)
      .join('');
  return types
    .map(
      ({ type, when, payloads, keys }) =>
        `${type}\n${entry(labels.when, [when])}${entry(labels.payloads, payloads)}${entry(labels.keys, keys)}`,
    )
    .join('\n');
}

function wrapWords(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
