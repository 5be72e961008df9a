/** The inside of a run's thread: loads one bundle, executes its job, reports. Everything else is the main thread's. */

import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { RunAbortedError } from '../shared/platform/errors.ts';
import type { Job } from '../shared/runs/define-job.ts';
import type { FromWorker, ToWorker, WorkerData } from './worker-protocol.ts';

const port = parentPort;
if (!port) throw new Error('adapter/worker.ts runs in a worker thread only');

const data = workerData as WorkerData;
const stop = new AbortController();
const heldAnswers = new Map<number, (held: boolean) => void>();
let questions = 0;

const send = (message: FromWorker) => port.postMessage(message);

port.on('message', (message: ToWorker) => {
  if (message.type === 'abort') stop.abort(new RunAbortedError(message.reason));
  else heldAnswers.get(message.question)?.(message.held);
});

async function assertHeld(): Promise<void> {
  const question = questions++;
  const held = await new Promise<boolean>((resolve) => {
    heldAnswers.set(question, resolve);
    send({ type: 'is-held', question });
  });
  heldAnswers.delete(question);
  if (!held) throw new RunAbortedError('another run has taken over the lock');
}

// A bundle is 3 MB of code: compiling it again for each run would take longer than most runs.
if (data.compileCache) enableCompileCache(data.compileCache);

const heartbeat = setInterval(() => send({ type: 'heartbeat' }), data.heartbeatMs);
heartbeat.unref();

const { job } = (await import(pathToFileURL(data.file).href)) as { job: Job };
const report = await job.execute(
  { ...data.run, signal: stop.signal, onProgress: (update) => send({ type: 'progress', update }), assertHeld },
  data.options,
);
send({ type: 'report', report });
port.close();
