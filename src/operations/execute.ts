import {expectProblem, Problem} from '../problems/problem.ts';
import type {Operation, Plan, Report, Step, StepContext, StepResult} from './operation.ts';

export type Progress = {
  readonly results: readonly StepResult[];
  /** The step that runs now. */
  readonly running?: {readonly text: string; readonly said?: string; readonly sinceMs: number};
};

/** How somebody said yes: by the key, by typing the word, by the option of a headless command. */
export type Confirmed = 'y' | 'typed' | '--yes';

export type Run = {
  readonly operation: Operation;
  readonly plan: Plan;
  readonly confirmed: Confirmed;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
};

/** Does what was confirmed. */
export type Execute = (run: Run) => Promise<Report>;

/**
 * Walks the steps of a plan in order and stops at the first that fails, or leaves out its group; every step is in the report.
 * A failure that is no `Problem` is a bug and is thrown on.
 */
export async function execute(
  operation: string,
  plan: Plan,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void = () => {},
  now: () => number = Date.now,
): Promise<Report> {
  const startedAtMs = now();
  const results: StepResult[] = [];
  const done: Step[] = [];
  let outcome: Report['outcome'] = 'done';
  const failed = new Set<string | undefined>();
  for (const step of plan.steps) {
    const isLeft = failed.has(undefined) || (step.group === undefined ? failed.size > 0 : failed.has(step.group));
    if (isLeft || outcome === 'cancelled' || signal.aborted) {
      if (outcome === 'done') outcome = 'cancelled';
      results.push({text: step.text, outcome: 'not-done', tookMs: 0});
      continue;
    }
    const sinceMs = now();
    const show = (said?: string) =>
      onProgress({
        results: [...results],
        running: {text: step.text, sinceMs, ...(said === undefined ? {} : {said})},
      });
    show();
    const context: StepContext = {signal, say: show};
    try {
      const said = await step.run(context);
      done.push(step);
      results.push({
        text: step.text,
        outcome: 'done',
        tookMs: now() - sinceMs,
        ...(said === undefined ? {} : {said}),
      });
    } catch (error) {
      const problem = signal.aborted && isAbort(error) ? new Problem('operation.cancelled') : expectProblem(error);
      failed.add(step.group);
      outcome = problem.code === 'operation.cancelled' ? 'cancelled' : 'failed';
      results.push({text: step.text, outcome: 'failed', tookMs: now() - sinceMs, problem});
    }
    onProgress({results: [...results]});
  }
  const undo = done.length === 0 ? undefined : plan.undo?.(done);
  const summary = outcome === 'done' ? plan.outcome?.() : undefined;
  return {
    operation,
    title: plan.title,
    outcome,
    results,
    tookMs: now() - startedAtMs,
    ...(summary === undefined ? {} : {summary}),
    ...(undo === undefined ? {} : {undo}),
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
