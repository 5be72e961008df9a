import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { RunAbortedError } from '../../shared/platform/errors.ts';
import type { Job } from '../../shared/runs/define-job.ts';
import { endWithAdapter } from './end-with-adapter.ts';
import { heartbeatMs, type Assignment, type FromJobProcess, type ToJobProcess } from './protocol.ts';

if (!process.send) throw new Error('adapter/job-process/main.ts is started by the adapter only');

const stop = new AbortController();
const heldAnswers = new Map<number, (held: boolean) => void>();
let questions = 0;

/** Fulfilled when the message was sent. */
const send = (message: FromJobProcess) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

endWithAdapter(Number(process.argv[3]));
// Signals to a whole group (systemd, pm2, Ctrl-C) are for the adapter, which stops the run.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
preferToBeKilled();

process.on('uncaughtException', (thrown: unknown) => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  void send({ type: 'crashed', message: error.message, ...(error.stack ? { stack: error.stack } : {}) }).then(() =>
    leave(1),
  );
});

/** Ends the job's open timers and connections, but not before its last output left. */
async function leave(code: number): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((to) => new Promise((resolve) => to.write('', resolve))));
  process.exit(code);
}

/** Out of memory, the kernel should kill the run, not the adapter or database. */
function preferToBeKilled(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Not Linux, or not allowed.
  }
}

async function assertHeld(): Promise<void> {
  const question = questions++;
  const held = await new Promise<boolean>((resolve) => {
    heldAnswers.set(question, resolve);
    void send({ type: 'is-held', question });
  });
  heldAnswers.delete(question);
  if (!held) throw new RunAbortedError('another run has taken over the lock');
}

const [assignment] = (await once(process, 'message')) as [Assignment];
process.on('message', (message: ToJobProcess) => {
  if (message.type === 'abort') stop.abort(new RunAbortedError(message.reason));
  else if (message.type === 'held') heldAnswers.get(message.question)?.(message.held);
});
setInterval(() => void send({ type: 'heartbeat' }), heartbeatMs).unref();

const { job } = (await import(pathToFileURL(assignment.file).href)) as { job: Job };
const report = await job.execute(
  {
    ...assignment.run,
    signal: stop.signal,
    onProgress: (update) => void send({ type: 'progress', update }),
    assertHeld,
  },
  assignment.options,
);
await send({ type: 'report', report });
await leave(0);
