import {Problem} from '../problems/problem.ts';
import type {HostDeed, HostEnded, OnDeed} from './host.ts';

/** Something that runs on a host; tells how it ended, once. */
export class Watched {
  readonly #startedAt = performance.now();
  readonly #ended: (ended: HostEnded) => void;
  #bytes: number | undefined;
  #isOver = false;

  constructor(onDeed: OnDeed = () => () => {}, deed: HostDeed) {
    this.#ended = onDeed(deed);
  }

  count(bytes: number): void {
    this.#bytes = (this.#bytes ?? 0) + bytes;
  }

  end({code, signal}: NonNullable<HostEnded['ending']>): void {
    this.#tell({ending: {code, signal}});
  }

  /** What is no problem is a caller who waits no more, or a bug, which shows up elsewhere. */
  fail(error: unknown): void {
    this.#tell(error instanceof Problem ? {problem: error} : {});
  }

  /** Nobody waits for it any more. */
  leave(): void {
    this.#tell({});
  }

  #tell(how: Omit<HostEnded, 'tookMs'>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const tookMs = Math.round(performance.now() - this.#startedAt);
    this.#ended({tookMs, ...how, ...(this.#bytes === undefined ? {} : {bytes: this.#bytes})});
  }
}
