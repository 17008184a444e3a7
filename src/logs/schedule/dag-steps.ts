import {setTimeout as pause} from 'node:timers/promises';
import type {AirflowApi, Run, Task} from '../../airflow/api.ts';
import type {Installation} from '../../config/installation.ts';
import type {Step, StepContext} from '../../operations/operation.ts';
import type {ProblemCode} from '../../problems/index.ts';
import {Problem} from '../../problems/problem.ts';
import {oneLine} from '../../text.ts';
import {age} from '../../words.ts';
import type {ScheduleContext} from './context.ts';
import {dagDescription, taskId} from './dag-file.ts';
import {checkImport} from './import-check.ts';
import {dagIdOf, type MadeFile, type Schedule} from './schedule.ts';
import {lastWord} from './script.ts';

const everyMs = 3_000;
/** Airflow lists the DAG folder every 5 minutes, unless it is told otherwise. */
const patienceMs = 12 * 60_000;

type Parts = {
  readonly installation: Installation;
  readonly files: readonly MadeFile[];
  readonly place: readonly Step[];
};

/** Lets Airflow's own Python read the file before it is placed, waits for the DAG, and runs it once. */
export function dagSteps(
  context: ScheduleContext,
  schedule: Schedule,
  {installation, files, place}: Parts,
): readonly Step[] {
  const {host, airflow} = context;
  const id = dagIdOf(schedule.name);
  const check: Step = {
    text: "let Airflow's Python import the DAG, before anything is written",
    note: `as ${installation.user}`,
    run: async ({signal}) => checkImport(host, installation, files, id, signal),
  };
  if (airflow === undefined) return [check, ...place];
  let run: Run | undefined;
  return [
    check,
    ...place,
    {
      text: `wait until Airflow has the DAG ${id}`,
      note: 'its DAG folder is listed every few minutes',
      run: step => untilThere(airflow, id, dagDescription(schedule), files, step, context.now),
    },
    {
      text: `unpause ${id}`,
      run: async ({signal}) => {
        const api = await airflow();
        if (!(await api.dag(id, signal)).paused) return 'it is on';
        await api.setPaused(id, false);
        return undefined;
      },
    },
    {
      text: 'trigger it once',
      run: async step => {
        run = await started(airflow, id, step, context.now);
        return oneLine(run.id, 80);
      },
    },
    {
      text: 'follow that run to its end',
      note: 'Esc leaves it, the run goes on',
      leaves: true,
      run: async step => {
        if (run === undefined) throw new Error('the run was not started');
        const ended = await followed(airflow, run, step);
        return ended === undefined ? 'left; the run goes on' : ended;
      },
    },
  ];
}

const passing: readonly ProblemCode[] = ['airflow.unreachable', 'airflow.timeout', 'airflow.busy', 'airflow.failed'];

async function untilThere(
  airflow: () => Promise<AirflowApi>,
  id: string,
  description: string,
  files: readonly MadeFile[],
  {signal, say}: StepContext,
  now: () => number,
): Promise<string> {
  const sinceMs = now();
  for (let turn = 0; ; turn++) {
    try {
      const api = await airflow();
      if (turn % 5 === 4) await failWhereBroken(api, files, signal);
      if ((await api.dag(id, signal)).description === description) return `it came after ${age(now() - sinceMs)}`;
      say('Airflow still has the one from before');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code !== 'airflow.not-found' && !passing.includes(error.code)) throw error;
      say(`not there yet, ${age(now() - sinceMs)} so far`);
    }
    if (now() - sinceMs > patienceMs)
      throw new Problem('logs.schedule-unseen', `nothing came of it for ${age(patienceMs)}`);
    await pause(everyMs, undefined, {signal});
  }
}

/** A DAG that was there before is told of before Airflow takes it up again. */
async function started(
  airflow: () => Promise<AirflowApi>,
  id: string,
  {signal, say}: StepContext,
  now: () => number,
): Promise<Run> {
  const sinceMs = now();
  for (;;) {
    try {
      return await (await airflow()).trigger(id, {conf: {}});
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'airflow.not-found') throw error;
      if (now() - sinceMs > patienceMs) throw new Problem('logs.schedule-unseen', error.detail);
      say(`Airflow does not run it yet, ${age(now() - sinceMs)} so far`);
    }
    await pause(everyMs, undefined, {signal});
  }
}

/** Airflow says why it cannot import a file. */
async function failWhereBroken(api: AirflowApi, files: readonly MadeFile[], signal: AbortSignal): Promise<void> {
  const {items} = await api.importErrors(signal);
  const broken = items.find(({file}) => files.some(({path}) => path.split('/').at(-1) === file.split('/').at(-1)));
  if (broken !== undefined)
    throw new Problem('logs.schedule-unseen', 'it cannot import the file', {
      lines: broken.trace.split('\n').slice(-10),
    });
}

/** The last line of the script in the log of its task; undefined where somebody left before. Throws `logs.schedule-failed`. */
async function followed(
  airflow: () => Promise<AirflowApi>,
  {dagId, id}: Run,
  {signal, say}: StepContext,
): Promise<string | undefined> {
  try {
    for (;;) {
      try {
        const api = await airflow();
        const {state} = await api.run(dagId, id, signal);
        const {items} = await api.tasks(dagId, id, signal);
        const task = items.find(each => each.taskId === taskId);
        if (state === 'success') return await said(api, task, signal);
        // Airflow tries once more after a while: nobody waits for that.
        if (state === 'failed' || task?.state === 'up_for_retry')
          throw new Problem('logs.schedule-failed', await said(api, task, signal));
        say(`the run is ${state}, its task ${task?.state ?? 'not there yet'}`);
      } catch (error) {
        if (!(error instanceof Problem) || !passing.includes(error.code)) throw error;
        say(`${error.title}; asking again`);
      }
      await pause(everyMs, undefined, {signal});
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof Problem)) return undefined;
    throw error;
  }
}

async function said(api: AirflowApi, task: Task | undefined, signal: AbortSignal): Promise<string> {
  if (task === undefined) return 'its task is not there';
  const {text} = await api.taskLog(task, undefined, signal);
  return lastWord(text) ?? 'it ended; its log does not tell what it did';
}
