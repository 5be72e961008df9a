import test from 'ava';
import { readLogLine } from '../../../adapter/status-page/log-line.ts';

test('a line of the log is read as its time, its level, its message and what else it says', (t) => {
  const err = { type: 'DownloadError', message: 'no answer', code: 'unreachable', retryable: true, stack: 'at x' };
  const line = {
    level: 'warn',
    time: '2026-11-30T14:03:09.123Z',
    job: 'j',
    runId: 'r',
    scope: 'feed:1',
    err,
    msg: 'no',
  };
  t.deepEqual(readLogLine(JSON.stringify(line)), {
    time: '14:03:09',
    level: 'warn',
    text: 'no  scope=feed:1  err={"message":"no answer","code":"unreachable"}',
  });
});

test('other lines stay as they are', (t) => {
  for (const text of ['FATAL ERROR: out of memory', '[1]', 'null', '{"a"', '7'])
    t.deepEqual(readLogLine(text), { time: '', level: '', text });
  t.deepEqual(readLogLine('{"time":7,"msg":[]}'), { time: '', level: '', text: '' });
});
