import type {StoppableClock} from '../clock.ts';
import type {DemoJob, Jobs} from './jobs.ts';
import type {DemoComponent} from './unit.ts';

const EVERY_MS = 5000;
const FIRST_AFTER_MS = 2000;
/** Airflow's *_health_check_threshold. */
const STALE_MS = 30_000;

export type HeartbeatStatus = {readonly status: 'healthy' | 'unhealthy' | null; readonly lastAt: number | undefined};

/** What a component that was alive before the demo began had reported. */
export type Past = {readonly startedAt: number; readonly lastAt: number};

/** How one component reports to Airflow's table of jobs. */
export class Heartbeat {
  readonly #clock: StoppableClock;
  readonly #jobs: Jobs;
  readonly #component: DemoComponent;
  readonly #first: () => void;
  #job: DemoJob;
  #cancel = () => {};

  /** `first` is told when a component that was started reports for the first time. */
  constructor(clock: StoppableClock, jobs: Jobs, component: DemoComponent, past: Past, first: () => void) {
    this.#clock = clock;
    this.#jobs = jobs;
    this.#component = component;
    this.#first = first;
    this.#job = jobs.begin(component, past.startedAt, past.lastAt);
  }

  /** The component was alive before the demo began. */
  goOn(): void {
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#beat());
  }

  /** The component started: it reports when it is ready. */
  begin(): void {
    this.#cancel();
    const startedAt = this.#clock.now();
    this.#cancel = this.#clock.after(FIRST_AFTER_MS, () => {
      this.#job = this.#jobs.begin(this.#component, startedAt, this.#clock.now());
      this.#beat();
      this.#first();
    });
  }

  /** The component ended in order, and said so. */
  end(): void {
    this.#cancel();
    if (this.#job.state !== 'running') return;
    this.#job.state = 'success';
    this.#job.endedAt = this.#clock.now();
  }

  /** The component was killed: its row stays as it is. */
  cease(): void {
    this.#cancel();
  }

  status(): HeartbeatStatus {
    const {state, heartbeatAt: lastAt} = this.#job;
    const alive = state === 'running' && this.#clock.now() - lastAt < STALE_MS;
    return {status: alive ? 'healthy' : 'unhealthy', lastAt};
  }

  #beat(): void {
    this.#job.heartbeatAt = this.#clock.now();
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#beat());
  }
}
