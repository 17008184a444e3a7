const signals = ['SIGINT', 'SIGTERM'] as const;

export type Interruption = {
  readonly signal: AbortSignal;
  /** What shells expect of a program that a signal ended: 130 after ^C. Undefined while none came. */
  readonly exitCode: () => number | undefined;
};

/** Work that SIGINT and SIGTERM end at its next possible point, by aborting the signal that it is given. */
export async function interruptible<T>(work: (interruption: Interruption) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (_: NodeJS.Signals, number: number) => {
    exitCode = 128 + number;
    abort.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work({signal: abort.signal, exitCode: () => exitCode});
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
