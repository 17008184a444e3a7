/** Lets a number of users in at once; the others wait, first come first served. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot. Returns what gives it back. Rejects with the reason of `signal` when that aborts first. */
  take(signal: AbortSignal): Promise<() => void> {
    const {promise, resolve, reject} = Promise.withResolvers<() => void>();
    const enter = () => {
      signal.removeEventListener('abort', leave);
      let given = false;
      resolve(() => {
        if (given) return;
        given = true;
        this.#free++;
        this.#admit();
      });
    };
    const leave = () => {
      const place = this.#waiting.indexOf(enter);
      if (place >= 0) this.#waiting.splice(place, 1);
      reject(signal.reason);
    };
    if (signal.aborted) return Promise.reject(signal.reason);
    signal.addEventListener('abort', leave, {once: true});
    this.#waiting.push(enter);
    this.#admit();
    return promise;
  }

  #admit(): void {
    while (this.#free > 0) {
      const enter = this.#waiting.shift();
      if (!enter) return;
      this.#free--;
      enter();
    }
  }
}
