/** For a graceful stop; SIGHUP: the terminal closed. */
export const stopSignals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Resolves with the first; they no longer end the process. */
export function signalled(signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const done = (signal: NodeJS.Signals) => {
      for (const name of signals) process.off(name, done);
      resolve(signal);
    };
    for (const name of signals) process.on(name, done);
  });
}
