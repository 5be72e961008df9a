import type { Progress } from '../shared/runs/run-context.ts';

const barWidth = 24;

/** "[######------------------] accounts 3/12, 25 %  office@example.com". Pure. */
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
  // Foreign names must not control the terminal.
  const line = [...parts, message.replace(/\p{Cc}+/gu, ' ')].join(' ');
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
}
