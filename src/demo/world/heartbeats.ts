import type {StoppableClock} from '../clock.ts';

const EVERY_MS = 5000;
const FIRST_AFTER_MS = 2000;
/** Airflow's *_health_check_threshold. */
const STALE_MS = 30_000;

export type HeartbeatStatus = {readonly status: 'healthy' | 'unhealthy' | null; readonly lastAt: number | undefined};

/** The row that a component keeps in Airflow's table of jobs. */
export class Heartbeat {
  readonly #clock: StoppableClock;
  readonly #first: () => void;
  #lastAt: number | undefined;
  #running: boolean;
  #cancel = () => {};

  /** `first` is told when a component that was started reports for the first time. */
  constructor(clock: StoppableClock, lastAt: number, first: () => void) {
    this.#clock = clock;
    this.#lastAt = lastAt;
    this.#running = true;
    this.#first = first;
  }

  /** The component was alive before the demo began. */
  goOn(): void {
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#beat());
  }

  /** The component started: it reports when it is ready. */
  begin(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(FIRST_AFTER_MS, () => {
      this.#running = true;
      this.#beat();
      this.#first();
    });
  }

  /** The component ended in order, and said so. */
  end(): void {
    this.#cancel();
    this.#running = false;
  }

  /** The component was killed: its row stays as it is. */
  cease(): void {
    this.#cancel();
  }

  status(): HeartbeatStatus {
    const lastAt = this.#lastAt;
    const alive = this.#running && lastAt !== undefined && this.#clock.now() - lastAt < STALE_MS;
    return {status: alive ? 'healthy' : 'unhealthy', lastAt};
  }

  #beat(): void {
    this.#lastAt = this.#clock.now();
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#beat());
  }
}
