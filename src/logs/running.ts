import type {AirflowApi, TaskState} from '../airflow/api.ts';
import {Problem} from '../problems/problem.ts';
import {taskKey} from './selection.ts';

/** Tasks whose logs are still written, or will be again. */
const busy: readonly TaskState[] = [
  ...(['running', 'restarting', 'queued', 'scheduled', 'deferred', 'sensing'] as const),
  ...(['up_for_retry', 'up_for_reschedule', 'awaiting_input'] as const),
];

const most = 1_000;
const patienceMs = 8_000;

/** `told`: a sentence where they are not all known. */
export type RunningTasks = {readonly keys: ReadonlySet<string>; readonly told: string | undefined};

/** Asks Airflow which tasks run. A clean-up does not wait for a web server that hangs: it may hang because the disk is full. */
export async function runningTasks(
  airflow: (() => Promise<AirflowApi>) | undefined,
  signal: AbortSignal,
): Promise<RunningTasks> {
  if (airflow === undefined) return unknown('The profile names no API');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const late = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), {once: true});
  });
  late.catch(() => {});
  try {
    const {items, total} = await Promise.race([airflow().then(api => api.tasksInStates(busy, most, limit)), late]);
    const keys = items.flatMap(({dagId, runId, taskId}) => [
      taskKey(dagId, runId, taskId),
      // Paths of the old layout do not name the run.
      taskKey(dagId, undefined, taskId),
    ]);
    const told =
      total > items.length
        ? `Airflow has ${total} unfinished tasks, and named ${items.length}: of the others only what is open or was written in the last hour is left.`
        : undefined;
    return {keys: new Set(keys), told};
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem || limit.aborted) return unknown('The API does not answer');
    throw error;
  }
}

const unknown = (why: string): RunningTasks => ({
  keys: new Set(),
  told: `${why}, so which tasks run is not known: what is open or was written in the last hour is left.`,
});
