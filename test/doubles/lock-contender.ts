import lockfile from 'lockfile';
import { acquireFileLock, type HeldLock } from '../../shared/platform/file-lock.ts';

// No test can set the change time, lockfile's default.
(lockfile as { filetime?: string }).filetime = 'mtime';

let held: HeldLock[] = [];

process.on('message', async (message: { acquire?: string; release?: boolean }) => {
  if (message.acquire !== undefined) {
    try {
      const result = await acquireFileLock(message.acquire, { now: () => new Date(), wait: () => Promise.resolve() });
      if ('acquired' in result) held.push(result.acquired);
      process.send!({ acquired: 'acquired' in result });
    } catch (error) {
      process.send!({ acquired: false, error: (error as Error).message });
    }
  } else {
    for (const lock of held) await lock.release();
    held = [];
    process.send!({ released: true });
  }
});
process.send!({ ready: true });
