import type {DemoComponent} from './unit.ts';

/** A row of Airflow's table of jobs: a process that reports. */
export type DemoJob = {
  readonly id: number;
  readonly component: DemoComponent;
  state: 'running' | 'success' | 'failed';
  readonly startedAt: number;
  endedAt: number | undefined;
  heartbeatAt: number;
};

/** Airflow's table of jobs. */
export class Jobs {
  readonly #rows: DemoJob[] = [];

  /** Oldest first. */
  all(): readonly DemoJob[] {
    return this.#rows;
  }

  /** A process reports for the first time. What was left by one that died is marked as failed. */
  begin(component: DemoComponent, startedAt: number, now: number): DemoJob {
    for (const row of this.#rows) {
      if (row.component !== component || row.state !== 'running') continue;
      row.state = 'failed';
      row.endedAt = now;
    }
    const id = this.#rows.length + 1;
    const row: DemoJob = {id, component, state: 'running', startedAt, endedAt: undefined, heartbeatAt: now};
    this.#rows.push(row);
    return row;
  }
}
