import type {StepContext} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import {failIfDown, lastWords, look, noEffect} from './await-state.ts';
import {pause, type UnitContext, type UnitName} from './context.ts';
import {freshHeartbeat, type HealthField, type Sighting} from './fresh-heartbeat.ts';
import {shortName} from './words.ts';

const everyMs = 2_000;
const budgetMs = 90_000;
/** An API that has not answered once in this time is not waited for, unless it is what was restarted. */
const silenceMs = 30_000;

/** What was seen: a heartbeat so long after the change, or why none can be seen. */
export type Seen = {readonly afterMs?: number; readonly said: string};

/**
 * Waits until Airflow has had a heartbeat of the component since `sinceMs`, or until its API answers. Throws `operation.no-effect` with the last
 * lines of the journal when the unit ends meanwhile or nothing comes within 90 s. An API that does not answer is no failure
 * of the scheduler: then it says that the heartbeat cannot be seen.
 */
export async function untilHeartbeat(
  context: UnitContext,
  unit: UnitName,
  field: HealthField,
  sinceMs: number,
  {signal, say}: StepContext,
): Promise<Seen> {
  let restarts: number | undefined;
  let answered = false;
  for (;;) {
    const [sighting, state] = await Promise.all([
      freshHeartbeat(context, field, sinceMs, signal),
      look(context, unit, signal),
    ]);
    const waitedMs = context.now() - sinceMs;
    if (sighting.is === 'fresh') {
      const what = field === 'answers' ? 'it answered' : 'its first heartbeat came';
      return {afterMs: sighting.afterMs, said: `${what} after ${age(sighting.afterMs)}`};
    }
    if (sighting.is === 'unreported') return {said: 'this version of Airflow does not report its heartbeat'};
    if (state !== undefined) {
      restarts ??= state.restarts;
      await failIfDown(context, state, restarts, signal);
    }
    answered ||= sighting.is === 'stale';
    if (!answered && field !== 'answers' && waitedMs > silenceMs) {
      return {said: 'the API does not answer, so the heartbeat cannot be seen'};
    }
    if (waitedMs > budgetMs) throw await nothingCame(context, unit, sighting, signal);
    say(waiting(sighting, waitedMs));
    await pause(context, everyMs, signal);
  }
}

function waiting(sighting: Sighting, waitedMs: number): string {
  const what = sighting.is === 'unanswered' ? 'the API does not answer yet' : 'no heartbeat yet';
  return `${what}, ${age(waitedMs)}`;
}

async function nothingCame(
  context: UnitContext,
  unit: UnitName,
  sighting: Sighting,
  signal: AbortSignal,
): Promise<Problem> {
  if (sighting.is !== 'unanswered') {
    const detail = `${shortName(unit)} is active, but Airflow had no heartbeat of it for ${age(budgetMs)}`;
    return noEffect(context, unit, detail, signal);
  }
  return new Problem('operation.no-effect', `${shortName(unit)} is active, but the API: ${sighting.problem.message}`, {
    lines: await lastWords(context, unit, signal),
  });
}
