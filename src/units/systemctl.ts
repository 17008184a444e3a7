import type {Step, StepContext} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {lastWords, look} from './await-state.ts';
import type {UnitContext} from './context.ts';
import {refusal, type Verb} from './rights.ts';
import type {Unit} from './unit.ts';
import {shortName} from './words.ts';

/** One unit of a plan: as it was seen, and how sudo wants its name. */
export type Planned = {
  readonly unit: Unit;
  /** With or without `.service`, as the rule of sudo has it. */
  readonly name: string;
  /** The path of systemctl on its host. */
  readonly systemctl: string;
};

const spareMs = 60_000;
const noLimitMs = 3_600_000;
const countEveryMs = 1_000;

/** Runs `systemctl VERB UNIT` as root, counting what it takes. Returns what it achieved, or throws `Problem`. */
export async function systemctl(
  verb: Verb,
  {unit, name, systemctl: path}: Planned,
  context: UnitContext,
  {signal, say}: StepContext,
): Promise<void> {
  const host = context.host(unit.host);
  const sinceMs = context.now();
  const count = () => say(counted(verb, unit, context.now() - sinceMs));
  const timer = setInterval(count, countEveryMs);
  count();
  try {
    const limitMs = unit.stopTimeoutMs === undefined ? noLimitMs : unit.stopTimeoutMs + spareMs;
    const result = await host.exec([path, verb, name], {as: 'root', timeoutMs: limitMs, signal, changes: true});
    if (result.code === 0) return;
    throw await failure(verb, unit, path, result.stderr, result.code, context, signal);
  } catch (error) {
    if (signal.aborted) {
      throw new Problem('operation.cancelled', `systemd goes on: it was told to ${verb} ${shortName(unit)}`);
    }
    if (error instanceof Problem && (error.code === 'host.not-permitted' || error.code === 'host.sudo-password')) {
      throw error.lines.length > 0 ? error : await refusal(error.code, verb, host, path, [unit.name], error.detail);
    }
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** A stop counts down what systemd gives it; then it is killed, and the rest is the start. */
function counted(verb: Verb, {stopTimeoutMs, state}: Unit, tookMs: number): string {
  const stops = verb !== 'start' && state !== 'failed' && state !== 'inactive';
  if (!stops) return `starting, ${age(tookMs)} so far`;
  if (stopTimeoutMs === undefined) return `stopping, without a limit, ${age(tookMs)} so far`;
  const leftMs = stopTimeoutMs - tookMs;
  return leftMs > 0
    ? `stopping, at most ${age(Math.ceil(leftMs / 1000) * 1000)} more`
    : `${verb === 'stop' ? 'stopping' : 'starting'}, ${age(tookMs)} so far`;
}

async function failure(
  verb: Verb,
  unit: Unit,
  path: string,
  stderr: string,
  code: number | undefined,
  context: UnitContext,
  signal: AbortSignal,
): Promise<Problem> {
  const host = context.host(unit.host);
  if (code === 4 || /Access denied|Interactive authentication required/.test(stderr)) {
    return refusal('host.not-permitted', verb, host, path, [unit.name], stderr);
  }
  const said = oneLine(stderr, 300);
  const often = /attempted too often|start-limit/.test(stderr)
    ? ` systemd lets it start again after "systemctl reset-failed ${unit.name}" on ${unit.host}.`
    : '';
  return new Problem('host.command-failed', `systemctl ${verb} ${unit.name} on ${unit.host}: ${said}${often}`, {
    lines: await lastWords(context, unit, signal),
  });
}

/**
 * Throws `operation.changed` when somebody started, stopped or restarted the unit since the plan. systemd itself may have:
 * a unit that ends over and over has another process each time, and that is no reason not to restart it.
 */
export async function checkUnchanged(context: UnitContext, planned: Unit, signal: AbortSignal): Promise<void> {
  const seen = await look(context, planned, signal);
  if (seen === undefined) throw new Problem('host.unreachable', `${planned.host}; nothing was changed`);
  const same = seen.state === planned.state && seen.mainPid === planned.mainPid;
  if (same || (seen.restarts ?? 0) > (planned.restarts ?? 0)) return;
  throw new Problem('operation.changed', `${shortName(planned)} was ${inWords(planned)} and is now ${inWords(seen)}`);
}

const inWords = ({state, mainPid}: Unit): string => (mainPid === undefined ? state : `${state} (process ${mainPid})`);

/** On whose behalf a command as root runs, for the preview. */
export function behalf(context: UnitContext, {unit, systemctl: path}: Planned): Pick<Step, 'note'> {
  const [first] = context.host(unit.host).commandAs([path], 'root');
  return first === path ? {} : {note: `as root, by ${first}`};
}
