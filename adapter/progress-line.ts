import type { WriteStream } from 'node:tty';
import type { Progress } from '../shared/runs/run-context.ts';
import { progressInWords } from './progress-in-words.ts';

/** ms; log lines push the bar away. */
const redrawMs = 200;
const eraseLine = '\r\u001b[2K';

export interface ProgressLine {
  update(progress: Progress): void;
  end(): void;
}

/** The cursor stays at the line's beginning, so that log lines overwrite it. */
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
