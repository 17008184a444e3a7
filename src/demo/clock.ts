/** Time for the demo: the world never looks at the clock of the process itself. */
export type Clock = {
  /** How many times shorter everything takes than it says. */
  readonly speed: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after a while. Returns what takes it back. */
  after(ms: number, run: () => void): () => void;
};

/** The real clock. With a `speed` of 10 everything takes a tenth; the times that are shown stay real. */
export function realClock(speed = 1): Clock {
  return {
    speed,
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms / speed);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that can be stopped: what waits then never comes. */
export class StoppableClock implements Clock {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get speed(): number {
    return this.#clock.speed;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, run: () => void): () => void {
    if (this.#stopped) return () => {};
    const cancel = this.#clock.after(ms, () => {
      this.#waiting.delete(cancel);
      run();
    });
    this.#waiting.add(cancel);
    return () => {
      this.#waiting.delete(cancel);
      cancel();
    };
  }

  wait(ms: number): Promise<void> {
    return new Promise(resolve => this.after(ms, resolve));
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }
}
