/** The line at the bottom of a terminal that says how far a run is. */

import type { WriteStream } from 'node:tty';
import type { Progress } from '../shared/runs/run-context.ts';
import { progressInWords } from './progress-in-words.ts';

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
