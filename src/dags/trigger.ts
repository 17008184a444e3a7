import {setTimeout as sleep} from 'node:timers/promises';
import type {AirflowApi, Run, Task} from '../airflow/api.ts';
import {confirmation} from '../operations/confirmation.ts';
import type {Operation, StepContext} from '../operations/operation.ts';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';

export type TriggerContext = {
  readonly airflow: () => Promise<AirflowApi>;
  readonly now: () => number;
  readonly protect?: string;
};

export type TriggerOptions = {
  readonly conf: Readonly<Record<string, unknown>>;
  /** Follow the run to its end, as the second step. Leaving it does not end the run. */
  readonly follow: boolean;
  readonly onStarted?: (run: Run) => void;
};

const pollMs = 2_000;

/** Starts a run of a DAG, and follows it. */
export function triggerDag(context: TriggerContext, dagId: string, options: TriggerOptions): Operation {
  const dagName = oneLine(dagId, 60);
  const title = `Trigger ${dagName}`;
  return {
    id: 'dags.trigger',
    title,
    plan: async signal => {
      const api = await context.airflow();
      const [dag, health] = await Promise.all([api.dag(dagId, signal), api.health(signal)]);
      const warnings: string[] = [];
      if (dag.paused) warnings.push('The DAG is paused: the run waits until it is unpaused.');
      if (health.scheduler.says !== 'healthy')
        warnings.push('The scheduler does not report: the run waits until it does.');
      let started: Run | undefined;
      let ended: Run | undefined;
      const steps = [
        {
          text: `Start a run with ${confText(options.conf)}`,
          run: async () => {
            started = await api.trigger(dagId, {conf: options.conf});
            options.onStarted?.(started);
            return oneLine(started.id, 80);
          },
        },
        {
          text: 'Follow the run to its end',
          note: 'Esc leaves it, the run goes on',
          leaves: true as const,
          run: async (step: StepContext) => {
            if (started === undefined) throw new Error('the run was not started');
            ended = await follow(context, started, step);
            return ended === undefined ? 'left; the run goes on' : undefined;
          },
        },
      ];
      return {
        title,
        steps: options.follow ? steps : steps.slice(0, 1),
        warnings,
        verb: 'trigger',
        confirm: confirmation(context.protect),
        alternatives: [],
        touches: ['recent-runs', 'runs', 'workload'],
        outcome: () => {
          if (ended === undefined) return undefined;
          const tookMs = (ended.endedAtMs ?? 0) - (ended.startedAtMs ?? ended.endedAtMs ?? 0);
          return `The run succeeded after ${age(tookMs)}.`;
        },
      };
    },
  };
}

/** Failures that pass: the run goes on meanwhile. */
const passing: readonly ProblemCode[] = ['airflow.unreachable', 'airflow.timeout', 'airflow.busy', 'airflow.failed'];

/** Undefined when the administrator left before the end. Throws `airflow.run-failed` when the run failed. */
async function follow(context: TriggerContext, run: Run, {signal, say}: StepContext): Promise<Run | undefined> {
  try {
    for (;;) {
      const ended = await lookAt(context, run, signal, say);
      if (ended !== undefined) return ended;
      await sleep(pollMs, undefined, {signal});
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof Problem)) return undefined;
    throw error;
  }
}

/** The run once it has ended well; until then it says how far it is. */
async function lookAt(
  context: TriggerContext,
  {dagId, id}: Run,
  signal: AbortSignal,
  say: StepContext['say'],
): Promise<Run | undefined> {
  try {
    const api = await context.airflow();
    const now = await api.run(dagId, id, signal);
    if (now.state === 'success') return now;
    const tasks = await api.tasks(dagId, id, signal);
    if (now.state === 'failed') throw new Problem('airflow.run-failed', failedTasks(tasks.items));
    say(`${now.state}, ${progress(tasks.items)}`);
  } catch (error) {
    if (!(error instanceof Problem) || !passing.includes(error.code)) throw error;
    say(`${error.title}; asking again`);
  }
  return undefined;
}

function progress(tasks: readonly Task[]): string {
  const over = tasks.filter(({state}) => state === 'success' || state === 'skipped').length;
  const running = tasks.filter(({state}) => state === 'running').map(({taskId}) => oneLine(taskId, 30));
  const names = running.length === 0 ? '' : `: ${running.slice(0, 3).join(', ')}${running.length > 3 ? ' …' : ''}`;
  return `${over} of ${tasks.length} tasks done${names}`;
}

function failedTasks(tasks: readonly Task[]): string {
  const failed = tasks.filter(({state}) => state === 'failed').map(({taskId}) => oneLine(taskId, 40));
  return failed.slice(0, 5).join(', ');
}

function confText(conf: Readonly<Record<string, unknown>>): string {
  return Object.keys(conf).length === 0 ? 'the defaults' : oneLine(JSON.stringify(conf, undefined, 1), 600);
}
