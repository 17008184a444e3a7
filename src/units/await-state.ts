import type {StepContext} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import {pause, type UnitContext, type UnitName} from './context.ts';
import {lastLines} from './journal.ts';
import {readSome} from './state.ts';
import type {Unit} from './unit.ts';
import {howItEnded, shortName} from './words.ts';

const everyMs = 1_000;
const budgetMs = 90_000;

/** The state of one unit now; undefined while the host cannot be reached (it is connected again by itself). */
export async function look(context: UnitContext, unit: UnitName, signal: AbortSignal): Promise<Unit | undefined> {
  try {
    const {units} = await readSome(context.host(unit.host), [unit], signal);
    const [found] = units;
    if (found === undefined)
      throw new Problem('host.command-failed', `${unit.host}: ${unit.name} is not in the answer`);
    return found;
  } catch (error) {
    if (error instanceof Problem && away.has(error.code)) return undefined;
    throw error;
  }
}

const away: ReadonlySet<string> = new Set(['host.lost', 'host.unreachable', 'host.timeout']);

/**
 * Waits until the unit is active and stays so for `stableMs` with the same process. Throws `operation.no-effect` with the last lines
 * of its journal when it ends, is started over and over, or is not active within 90 s.
 */
export async function untilActive(
  context: UnitContext,
  unit: UnitName,
  stableMs: number,
  {signal, say}: StepContext,
): Promise<Unit> {
  const startedAtMs = context.now();
  let first: Unit | undefined;
  let steady: {readonly unit: Unit; readonly sinceMs: number} | undefined;
  for (;;) {
    const seen = await look(context, unit, signal);
    const nowMs = context.now();
    if (seen === undefined) say(`${unit.host} does not answer`);
    else {
      first ??= seen;
      await failIfDown(context, seen, first.restarts, signal);
      if (seen.state !== 'active') {
        steady = undefined;
        say(`${seen.state}, ${age(nowMs - startedAtMs)}`);
      } else {
        if (steady?.unit.mainPid !== seen.mainPid) steady = {unit: seen, sinceMs: nowMs};
        if (steady !== undefined && nowMs - steady.sinceMs >= stableMs) return seen;
        say('active; does it stay so?');
      }
    }
    if (nowMs - startedAtMs > budgetMs) {
      throw await noEffect(context, unit, `${shortName(unit)} is not active after ${age(budgetMs)}`, signal);
    }
    await pause(context, everyMs, signal);
  }
}

/** Throws `operation.no-effect` when the unit has ended or systemd had to start it again. */
export async function failIfDown(
  context: UnitContext,
  unit: Unit,
  restartsBefore: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const ended = howItEnded(unit);
  const why = ended === undefined ? '' : ` (${ended})`;
  if (unit.subState === 'auto-restart' || (unit.restarts ?? 0) > (restartsBefore ?? 0)) {
    throw await noEffect(
      context,
      unit,
      `${shortName(unit)} ended after its start${why}; systemd starts it again`,
      signal,
    );
  }
  if (['failed', 'inactive', 'missing', 'masked', 'maintenance'].includes(unit.state)) {
    throw await noEffect(context, unit, `${shortName(unit)} is ${unit.state}${why}`, signal);
  }
}

/** Waits until the unit has stopped: what `systemctl stop` did not wait for because it was cut off. */
export async function untilStopped(context: UnitContext, unit: UnitName, {signal, say}: StepContext): Promise<Unit> {
  const startedAtMs = context.now();
  for (;;) {
    const seen = await look(context, unit, signal);
    if (seen !== undefined && ['inactive', 'failed', 'missing', 'masked'].includes(seen.state)) return seen;
    const waitedMs = context.now() - startedAtMs;
    if (waitedMs > budgetMs) {
      throw await noEffect(context, unit, `${shortName(unit)} is ${seen?.state ?? 'not known'}`, signal);
    }
    say(seen === undefined ? `${unit.host} does not answer` : `${seen.state}, ${age(waitedMs)}`);
    await pause(context, everyMs, signal);
  }
}

export async function noEffect(
  context: UnitContext,
  unit: UnitName,
  detail: string,
  signal: AbortSignal,
): Promise<Problem> {
  return new Problem('operation.no-effect', detail, {lines: await lastWords(context, unit, signal)});
}

/** The last 15 lines of the journal, or why there are none. */
export async function lastWords(context: UnitContext, unit: UnitName, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const lines = await lastLines(context.host(unit.host), unit.name, 15, signal);
    return lines.flatMap(({text}) => text.split('\n')).slice(-15);
  } catch (error) {
    if (error instanceof Problem) return [`${error.title}: ${error.hint}`];
    throw error;
  }
}
