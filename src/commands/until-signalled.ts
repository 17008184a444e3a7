/** Runs something that SIGINT and SIGTERM abort: it then ends by itself, with what it has to say. */
export async function untilSignalled<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await run(abort.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
