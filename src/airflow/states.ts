import * as v from 'valibot';
import type {RunState, TaskState} from './api.ts';
import {isWithin, type Range, type Version} from './versions.ts';

const runStates = ['queued', 'running', 'success', 'failed'] as const satisfies readonly RunState[];

const taskStates = [
  'none',
  'scheduled',
  'queued',
  'running',
  'restarting',
  'deferred',
  'sensing',
  'up_for_retry',
  'up_for_reschedule',
  'awaiting_input',
  'success',
  'failed',
  'skipped',
  'upstream_failed',
  'removed',
  'shutdown',
] as const satisfies readonly TaskState[];

export const runState = v.picklist(runStates);

/** Null is a task that nobody has looked at yet. */
export const taskState = v.nullish(v.picklist(taskStates), 'none');

const ranges: Partial<Readonly<Record<TaskState, Range>>> = {
  sensing: {until: '2.4'},
  shutdown: {until: '3.0'},
  deferred: {since: '2.2'},
  restarting: {since: '2.2'},
  awaiting_input: {since: '3.3'},
};

/** The states that this version knows. It fails (500 on 2.11) or refuses (422 on 3.3) when asked for another. */
export function knownStates(states: readonly TaskState[], version: Version): readonly TaskState[] {
  return states.filter(state => isWithin(version, ranges[state] ?? {}));
}
