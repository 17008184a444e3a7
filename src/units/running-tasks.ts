import type {Task} from '../airflow/api.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import {askAirflow, type UnitContext} from './context.ts';
import type {TaskProcess, Unit} from './unit.ts';
import {shortName} from './words.ts';

/** What Airflow says about running tasks; a problem when it does not answer, undefined when the profile names no API. */
export type Told = readonly Task[] | Problem | undefined;

export const toldByAirflow = (context: UnitContext, signal: AbortSignal): Promise<Told> =>
  askAirflow(context, signal, async (api, limit) => {
    const {items} = await api.tasksInStates(['running', 'restarting'], 100, limit);
    return items;
  });

/** Only these have tasks in their cgroup. */
export const hasTasks = ({component, state}: Unit): boolean =>
  (component === 'scheduler' || component === 'worker' || component === 'standalone') &&
  ['active', 'reloading', 'activating', 'deactivating'].includes(state);

/**
 * What stopping a unit does to tasks, in one sentence; undefined when nothing is to be said. The processes in the unit's cgroup decide
 * which tasks end: a restart of the scheduler ends those of LocalExecutor and SequentialExecutor, and none of Celery's. Airflow
 * gives names and ages where the processes do not.
 */
export function tasksThatEnd(unit: Unit, told: Told, nowMs: number): string | undefined {
  if (!hasTasks(unit)) return undefined;
  if (unit.tasks === undefined) return hidden(unit, told, nowMs);
  if (unit.tasks.length > 0) return seen(unit.tasks, told, nowMs);
  if (told instanceof Problem) {
    return `The API does not answer; by the processes on ${unit.host} no task runs in ${shortName(unit)}.`;
  }
  if (told === undefined || told.length === 0) return undefined;
  return `${counted(told.length)} of Airflow ${told.length === 1 ? 'runs' : 'run'} elsewhere, not in ${shortName(unit)}: nothing ends ${told.length === 1 ? 'it' : 'them'}.`;
}

/** The clocks of two machines, and the time between the start of the process and Airflow's word "running". */
const sameStartMs = 15_000;

/** The titles of 2.x name the task. Those of 3.x carry an id that the API's tasks do not; by the start it is found which they can be. */
function seen(processes: readonly TaskProcess[], told: Told, nowMs: number): string {
  const count = processes.length;
  const names = processes.flatMap(({task, ageMs}) => ('dagId' in task ? `${nameOf(task)} (${age(ageMs)})` : []));
  if (names.length === count) return `${ends(count)}: ${listed(names)}.`;
  const ages = listed(processes.map(({ageMs}) => age(ageMs)));
  if (told instanceof Problem) return `${ends(count)} (${ages}). The API does not answer, so no name is known.`;
  const candidates = (told ?? []).filter(({startedAtMs}) =>
    processes.some(({ageMs}) => startedAtMs !== undefined && Math.abs(nowMs - ageMs - startedAtMs) < sameStartMs),
  );
  const list = listed(candidates.map(task => `${nameOf(task)}${ageOf(task, nowMs)}`));
  if (candidates.length === 0) return `${ends(count)} (${ages}). Airflow names none.`;
  if (candidates.length > count) return `Ends ${count} of these ${counted(candidates.length)}: ${list}.`;
  const rest = count - candidates.length;
  return `${ends(count)}: ${list}${rest === 0 ? '' : `, and ${rest} that Airflow does not name`}.`;
}

/** Processes of other users cannot be seen (/proc is mounted hidepid=2): Airflow's word alone. */
function hidden(unit: Unit, told: Told, nowMs: number): string | undefined {
  if (told === undefined || told instanceof Problem) {
    return `${told === undefined ? 'The profile names no API' : 'The API does not answer'}: whether tasks run in ${shortName(unit)} is not known. Look at "systemctl status ${unit.name}" on ${unit.host} as root.`;
  }
  if (told.length === 0) return undefined;
  const names = told.map(task => `${nameOf(task)}${ageOf(task, nowMs)}`);
  return `May end ${counted(told.length)}: ${listed(names)}. Which of them run in ${shortName(unit)} is not known.`;
}

const nameOf = ({dagId, taskId}: {readonly dagId: string; readonly taskId: string}): string => `${dagId}.${taskId}`;
const counted = (count: number): string => `${count} running ${count === 1 ? 'task' : 'tasks'}`;
const ends = (count: number): string => `Ends ${counted(count)}`;

/** At most five, then how many more. */
function listed(names: readonly string[]): string {
  const more = names.length - 5;
  return more > 0 ? `${names.slice(0, 5).join(', ')} and ${more} more` : names.join(', ');
}

const ageOf = (task: Task, nowMs: number): string =>
  task.startedAtMs === undefined ? '' : ` (${age(nowMs - task.startedAtMs)})`;
