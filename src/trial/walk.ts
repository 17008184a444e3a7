import {Problem} from '../problems/problem.ts';
import type {Patience} from './patience.ts';
import {NotAsked, type Step, type StepAnswer, type StepQuestion} from './step.ts';

export type WalkOptions = {
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** What is said where a step takes too long. */
  readonly late: 'host.timeout' | 'airflow.timeout';
  readonly onAsking?: ((question: StepQuestion) => void) | undefined;
  readonly onAnswer?: ((answer: StepAnswer) => void) | undefined;
};

/** Asks the steps of one subject one after the other, but those whose ground is gone. */
export async function walk(
  subject: string,
  steps: readonly Step[],
  options: WalkOptions,
): Promise<readonly StepAnswer[]> {
  const answers: StepAnswer[] = [];
  /** Steps without a ground to stand on, with the one that took it away. */
  const gone = new Map<string, string>();
  for (const step of steps) {
    const {name, question, needs} = step;
    const asked = {subject, step: name, question};
    const missing = needs.map(need => gone.get(need)).find(because => because !== undefined);
    let answer: StepAnswer;
    if (options.signal.aborted) answer = {...asked, tookMs: 0, outcome: 'not-asked', why: 'the trial was ended'};
    else if (missing !== undefined) {
      answer = {...asked, tookMs: 0, outcome: 'not-asked', why: `${missing} failed`};
      gone.set(name, missing);
    } else {
      options.onAsking?.(asked);
      answer = await answerOf(asked, step, options);
      if (answer.outcome === 'failed') gone.set(name, name);
    }
    answers.push(answer);
    options.onAnswer?.(answer);
  }
  return answers;
}

async function answerOf(
  asked: StepQuestion,
  {limitMs, ask}: Step,
  {patience, signal, late}: WalkOptions,
): Promise<StepAnswer> {
  const sinceMs = performance.now();
  const tookMs = () => Math.round(performance.now() - sinceMs);
  const tooLate = new Problem(late, `${asked.subject}: no answer within ${limitMs / 1000} s`);
  try {
    const found = await patience.within(limitMs, signal, tooLate, ask);
    if (found instanceof NotAsked) return {...asked, tookMs: tookMs(), outcome: 'not-asked', why: found.why};
    return {...asked, tookMs: tookMs(), outcome: 'passed', found};
  } catch (error) {
    if (signal.aborted) return {...asked, tookMs: tookMs(), outcome: 'not-asked', why: 'the trial was ended'};
    if (error instanceof Problem) return {...asked, tookMs: tookMs(), outcome: 'failed', problem: error};
    throw error;
  }
}
