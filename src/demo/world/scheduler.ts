import type {DemoRun, TaskInstance} from './run.ts';
import {isoOffset} from './run.ts';
import type {DemoDag, Runs} from './runs.ts';
import {lastBefore, nextAfter} from './timetable.ts';

const MAX_ACTIVE_RUNS = 16;
const QUEUED_FOR_MS = 800;

type SchedulerEvents = {
  /** A line for the scheduler's journal. */
  says(message: string): void;
  /** A try of a task began or ended. */
  taskChanged(run: DemoRun, task: TaskInstance): void;
  newPid(): number;
};

/** What Airflow's scheduler does to the runs, a step at each tick. It moves only while its unit lives. */
export class Scheduler {
  readonly #runs: Runs;
  readonly #events: SchedulerEvents;
  readonly #speed: number;
  /** Running tasks that began earlier belong to a scheduler that died. */
  #bornAt = 0;

  constructor(runs: Runs, events: SchedulerEvents, speed: number) {
    this.#runs = runs;
    this.#events = events;
    this.#speed = speed;
  }

  /** A new scheduler takes over: tasks that the old one had started are run again. */
  begin(now: number): void {
    this.#bornAt = now;
  }

  tick(now: number): void {
    for (const dag of this.#runs.dags.values()) this.#schedule(dag, now);
    for (const run of this.#runs.all()) {
      if (run.state === 'queued') this.#start(run, now);
      else if (run.state === 'running') this.#step(run, now);
    }
  }

  #schedule(dag: DemoDag, now: number): void {
    if (dag.paused || dag.nextRunAt === undefined || dag.nextRunAt > now) return;
    // Without catch-up only the newest of the missed runs is made.
    const runAfter = Math.max(dag.nextRunAt, lastBefore(dag.spec.timetable, now + 1) ?? 0);
    this.#runs.add(dag.spec, {
      id: `scheduled__${isoOffset(runAfter)}`,
      type: 'scheduled',
      logicalAt: runAfter,
      runAfter,
      queuedAt: now,
    });
    dag.nextRunAt = nextAfter(dag.spec.timetable, runAfter);
  }

  #start(run: DemoRun, now: number): void {
    const dag = this.#runs.dags.get(run.dagId);
    if (!dag || dag.paused || now - run.queuedAt < QUEUED_FOR_MS / this.#speed) return;
    const active = this.#runs.all().filter(each => each.dagId === run.dagId && each.state === 'running').length;
    if (active >= MAX_ACTIVE_RUNS) return;
    run.state = 'running';
    run.startedAt = now;
    this.#touch(run, now);
  }

  #step(run: DemoRun, now: number): void {
    const task = run.tasks.find(each => each.endedAt === undefined);
    if (!task) this.#end(run, 'success', now);
    else if (task.state === 'running') this.#runTask(run, task, now);
    else if (task.state === 'queued') {
      task.state = 'running';
      task.startedAt = now;
      task.pid = this.#events.newPid();
      this.#touch(run, now);
      this.#events.taskChanged(run, task);
    } else {
      task.state = 'queued';
      task.scheduledAt = now;
      task.queuedAt = now;
      task.tryNumber += 1;
      this.#touch(run, now);
    }
  }

  #runTask(run: DemoRun, task: TaskInstance, now: number): void {
    const startedAt = task.startedAt ?? now;
    if (startedAt < this.#bornAt) {
      task.state = null;
      task.startedAt = undefined;
      task.pid = undefined;
      this.#touch(run, now);
      this.#events.says(`Reset the following 1 orphaned TaskInstances:\n\t<TaskInstance: ${run.dagId}.${task.taskId}>`);
      return;
    }
    if (now - startedAt < (task.seconds * 1000) / this.#speed) return;
    const failed = this.#runs.dags.get(run.dagId)?.spec.fails === task.taskId;
    task.state = failed ? 'failed' : 'success';
    task.endedAt = now;
    this.#touch(run, now);
    this.#events.taskChanged(run, task);
    if (!failed) return;
    for (const rest of run.tasks) {
      if (rest.endedAt !== undefined) continue;
      rest.state = 'upstream_failed';
      rest.startedAt = now;
      rest.endedAt = now;
    }
    this.#end(run, 'failed', now);
  }

  #end(run: DemoRun, state: 'success' | 'failed', now: number): void {
    run.state = state;
    run.endedAt = now;
    this.#touch(run, now);
    this.#events.says(`DagRun Finished: dag_id=${run.dagId}, run_id=${run.id}, state=${state}`);
  }

  #touch(run: DemoRun, now: number): void {
    run.decidedAt = now;
    run.updatedAt = now;
  }
}
