import {Problem} from '../problems/problem.ts';

/** How long a server wants to be left alone (429 with Retry-After), by whatever question it said so. */
export class WantedPause {
  readonly #now: () => number;
  #untilMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers what an answer asked for. */
  note({code, retryAfterS}: Problem): void {
    if (code === 'airflow.busy' && retryAfterS) this.#untilMs = this.#now() + retryAfterS * 1000;
  }

  /** Throws `airflow.busy` while the server wants no request. */
  check(): void {
    const leftS = Math.ceil((this.#untilMs - this.#now()) / 1000);
    if (leftS > 0) throw new Problem('airflow.busy', `it wants no request for ${leftS} s`, {retryAfterS: leftS});
  }

  /** The next request is sent at once. */
  end(): void {
    this.#untilMs = 0;
  }
}
