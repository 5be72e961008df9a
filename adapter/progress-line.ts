/** The line at the bottom of a terminal that says how far a run is. */

import type { WriteStream } from 'node:tty';
import type { Progress } from '../shared/runs/run-context.ts';

const barWidth = 24;
/** Log lines push the bar away: it is drawn again this often (ms). */
const redrawMs = 200;
const eraseLine = '\r\u001b[2K';

export interface ProgressLine {
  update(progress: Progress): void;
  /** Takes the line away. */
  end(): void;
}

/** Draws on a terminal; the cursor rests at the line's beginning, so that what is logged is written over it. */
export function startProgressLine(terminal: WriteStream): ProgressLine {
  let latest: Progress | undefined;
  const draw = () => {
    if (latest) terminal.write(`${eraseLine}${progressInWords(latest, terminal.columns || 80)}\r`);
  };
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  return {
    update(progress) {
      latest = progress;
    },
    end() {
      clearInterval(timer);
      if (latest) terminal.write(eraseLine);
    },
  };
}

/** "[######------------------] accounts 3/12, 25 %  office@example.com", at most `width` columns. Pure. */
export function progressInWords({ message, done, total, unit }: Progress, width: number): string {
  const share =
    done !== undefined && total !== undefined && total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined;
  const filled = Math.floor((share ?? 0) * barWidth);
  const parts =
    share === undefined
      ? ['...']
      : [
          `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`,
          `${unit ? `${unit} ` : ''}${done}/${total}, ${Math.floor(share * 100)} %`,
        ];
  // A name from a mailbox or a feed must not steer the terminal.
  const line = [...parts, message.replace(/\p{Cc}+/gu, ' ')].join(' ');
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
}
