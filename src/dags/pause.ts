import type {AirflowApi, Dag} from '../airflow/api.ts';
import {confirmation} from '../operations/confirmation.ts';
import type {Operation, Plan, Step} from '../operations/operation.ts';
import {oneLine} from '../text.ts';
import {catchUp} from './catch-up.ts';

export type PauseContext = {
  readonly airflow: () => Promise<AirflowApi>;
  readonly now: () => number;
  /** The word that confirms, where the profile protects. */
  readonly protect?: string;
};

/**
 * Sets some DAGs to paused, or to on. DAGs that are so already are left out.
 * `hidden` of them are marked but not on the screen: the preview says so.
 */
export function setPaused(context: PauseContext, dags: readonly Dag[], paused: boolean, hidden = 0): Operation {
  const verb = paused ? 'pause' : 'unpause';
  const what = dags.length === 1 ? name(dags[0]) : `${dags.length} DAGs`;
  const title = `${paused ? 'Pause' : 'Unpause'} ${what}`;
  return {
    id: `dags.${verb}`,
    title,
    plan: async signal => {
      const changing = dags.filter(dag => dag.paused !== paused);
      const warnings = paused ? [] : await startedByCatchUp(context, changing, signal);
      const left = dags.length - changing.length;
      if (left > 0) warnings.push(`${leftOut(left, dags.length)} ${paused ? 'paused' : 'on'} already.`);
      if (hidden > 0)
        warnings.push(`${hidden} of the marked DAGs ${hidden === 1 ? 'is' : 'are'} hidden by the filter.`);
      if (paused && changing.length > 0) warnings.push('Runs that have begun go on to their end.');
      return plan(context, title, verb, changing, paused, warnings);
    },
  };
}

function plan(
  context: PauseContext,
  title: string,
  verb: string,
  dags: readonly Dag[],
  paused: boolean,
  warnings: readonly string[],
): Plan {
  const changed: Dag[] = [];
  return {
    title,
    steps: dags.map(dag => step(context, dag, paused, () => changed.push({...dag, paused}))),
    warnings,
    verb,
    confirm: confirmation(context.protect),
    alternatives: [],
    touches: ['dags', 'dag', 'recent-runs', 'runs'],
    // Only what this changed: a DAG that somebody else had set in between stays as it is.
    undo: () => (changed.length === 0 ? undefined : setPaused(context, changed.toReversed(), !paused)),
  };
}

function step(context: PauseContext, dag: Dag, paused: boolean, onChanged: () => void): Step {
  return {
    text: `${paused ? 'Pause' : 'Unpause'} ${name(dag)}`,
    run: async ({signal}) => {
      const api = await context.airflow();
      const {paused: already} = await api.dag(dag.id, signal);
      const state = paused ? 'paused' : 'on';
      if (already === paused) return `was ${state} already`;
      await api.setPaused(dag.id, paused);
      onChanged();
      return state;
    },
  };
}

/** Only the first of many DAGs are asked about: one request each. */
const askedAbout = 20;

async function startedByCatchUp(context: PauseContext, dags: readonly Dag[], signal: AbortSignal): Promise<string[]> {
  const api = await context.airflow();
  const sentences: string[] = [];
  for (const dag of dags.slice(0, askedAbout)) {
    const details = await api.dag(dag.id, signal);
    const started = await catchUp(details, context.now());
    if (started === undefined) {
      sentences.push(`${name(dag)}: how many runs start at once cannot be told from its schedule.`);
    } else if (started.runs > 0) {
      const runs = `${started.more ? 'more than ' : ''}${started.runs} ${started.runs === 1 ? 'run' : 'runs'}`;
      const atOnce =
        details.catchup && details.maxActiveRuns !== undefined && started.runs > details.maxActiveRuns
          ? `, ${details.maxActiveRuns} at a time`
          : '';
      sentences.push(`${name(dag)}: ${details.catchup ? 'catch-up' : 'its schedule'} starts ${runs} at once${atOnce}.`);
    }
  }
  if (dags.length > askedAbout) sentences.push(`The other ${dags.length - askedAbout} DAGs were not looked at.`);
  return sentences;
}

function leftOut(left: number, all: number): string {
  if (all === 1) return 'It is';
  return left === 1 ? '1 of them is' : `${left} of them are`;
}

function name(dag: Dag | undefined): string {
  return oneLine(dag?.id ?? '', 60);
}
