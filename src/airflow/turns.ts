/** Lets a few work at once; the others wait in the order in which they came. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves when it is the caller's turn, with what ends it. Rejects with an `AbortError` when the signal comes first. */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw abortError();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    };
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        reject(abortError());
      };
      this.#waiting.push(proceed);
      signal?.addEventListener('abort', leave, {once: true});
    });
  }
}

/** What a caller gets that gave up by its own signal. */
export function abortError(): Error {
  return new DOMException('The request was given up', 'AbortError');
}

/** The promise, or an `AbortError` as soon as the signal says so; the promise itself goes on for others who wait. */
export async function orAbort<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  if (signal.aborted) {
    promise.catch(() => {});
    throw abortError();
  }
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(abortError());
    signal.addEventListener('abort', leave, {once: true});
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
