/** Pure. */

import { durationInWords } from '../../shared/runs/run-words.ts';
import type { Notice } from './decide-notices.ts';

export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** One lost key may sign out five hundred mailboxes. */
const maxListed = 20;

const headings = { new: 'Needs you', still: 'Lasts', over: 'Over' } as const;

export function messageOf(notices: readonly Notice[], host: string, now: Date): Message {
  const parts = (['new', 'still', 'over'] as const).flatMap((kind) => {
    const some = notices.filter((notice) => notice.kind === kind);
    if (some.length === 0) return [];
    const listed = some.slice(0, maxListed).map((notice) => paragraphOf(notice, now));
    const more = some.length > maxListed ? [`and ${some.length - maxListed} more: node adapter --doctor`] : [];
    return [`${headings[kind]}:\n\n${[...listed, ...more].join('\n\n')}`];
  });
  return { subject: oneLine(subjectOf(notices, host)), text: `${parts.join('\n\n')}\n` };
}

function subjectOf(notices: readonly Notice[], host: string): string {
  const [first] = notices;
  const more = notices.length > 1 ? ` (and ${notices.length - 1} more)` : '';
  const what = first === undefined ? 'nothing' : titleOf(first);
  return `[estio-cron ${host}] ${first?.kind === 'over' ? 'Over: ' : ''}${what}${more}`;
}

function paragraphOf(notice: Notice, now: Date): string {
  const lasted = durationInWords(now.getTime() - notice.since.getTime());
  if (notice.kind === 'over') return `${notice.title}: over after ${lasted}.`;
  const { title, text, command } = notice.cause;
  const since = notice.kind === 'still' ? ` (for ${lasted})` : '';
  return [`${title}${since}`, text, ...(command === undefined ? [] : [`-> ${command}`])].join('\n');
}

function titleOf(notice: Notice): string {
  return notice.kind === 'over' ? notice.title : notice.cause.title;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 200);
}
