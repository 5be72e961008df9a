/** What stops the program gracefully; SIGHUP is a terminal that was closed, or a connection that dropped. */
export const stopSignals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Fulfilled with the first of these signals; the process does not end by it. */
export function signalled(signals: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const done = (signal: NodeJS.Signals) => {
      for (const name of signals) process.off(name, done);
      resolve(signal);
    };
    for (const name of signals) process.on(name, done);
  });
}
