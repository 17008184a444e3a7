import type {DagSpec} from './dag.ts';
import {demoDags} from './dags.ts';
import {createRun, type DemoRun, type NewRun} from './run.ts';
import {nextAfter} from './timetable.ts';

/** A DAG with what changes about it. */
export type DemoDag = {
  readonly spec: DagSpec;
  paused: boolean;
  /** When the scheduler will create the next run. */
  nextRunAt: number | undefined;
};

/** The table of DAGs and the table of runs: what Airflow keeps in its database. */
export class Runs {
  readonly dags: ReadonlyMap<string, DemoDag>;
  readonly #runs: DemoRun[];
  readonly #byKey = new Map<string, DemoRun>();

  constructor(past: DemoRun[]) {
    this.#runs = past;
    const newest = new Map<string, number>();
    for (const run of past) {
      this.#byKey.set(key(run.dagId, run.id), run);
      if (run.type === 'scheduled') newest.set(run.dagId, run.runAfter);
    }
    this.dags = new Map(
      demoDags.map(spec => {
        const last = newest.get(spec.id);
        const nextRunAt = last === undefined ? undefined : nextAfter(spec.timetable, last);
        return [spec.id, {spec, paused: spec.paused, nextRunAt}];
      }),
    );
  }

  /** Oldest row first. */
  all(): readonly DemoRun[] {
    return this.#runs;
  }

  find(dagId: string, runId: string): DemoRun | undefined {
    return this.#byKey.get(key(dagId, runId));
  }

  /** The new run, queued; undefined where a run with this id or this logical date exists. */
  add(dag: DagSpec, made: NewRun): DemoRun | undefined {
    if (this.find(dag.id, made.id)) return undefined;
    const same = (run: DemoRun) => run.dagId === dag.id && run.logicalAt === made.logicalAt;
    if (made.logicalAt !== undefined && this.#runs.some(same)) return undefined;
    const run = createRun(dag, this.#runs.length + 1, made);
    this.#runs.push(run);
    this.#byKey.set(key(dag.id, run.id), run);
    return run;
  }
}

const key = (dagId: string, runId: string): string => JSON.stringify([dagId, runId]);
