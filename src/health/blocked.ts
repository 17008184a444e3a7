import type {TaskProcess, Unit} from '../units/unit.ts';
import {answered, type Evidence} from './evidence.ts';
import {executorOf} from './executor.ts';
import {healthOf, heartbeatAgeMs, isLate, unitsOf} from './heartbeat.ts';

/** The scheduler is alive, but runs a task itself and waits for its end. */
export type Blocked = {readonly unit: Unit; readonly task: TaskProcess};

/** A task's process begins a little after the last heartbeat. */
const spareMs = 60_000;

/**
 * SequentialExecutor (the default up to 2.11) runs each task inside the scheduler, which reports nothing until it ends: Airflow calls it
 * unhealthy after 30 s. Only where such a task is as old as the silence.
 */
export function blockedScheduler(evidence: Evidence): Blocked | undefined {
  const health = healthOf(evidence, 'scheduler');
  if (answered(evidence) === undefined || health === undefined || !isLate(health)) return undefined;
  const silentMs = heartbeatAgeMs(evidence, health) ?? Number.POSITIVE_INFINITY;
  const sequential = executorOf(evidence)
    .filter(({value}) => value === 'SequentialExecutor')
    .flatMap(({hosts}) => hosts);
  for (const unit of unitsOf(evidence, 'scheduler')) {
    const [task] = unit.tasks ?? [];
    if (unit.state !== 'active' || task === undefined || !sequential.includes(unit.host)) continue;
    if (silentMs < task.ageMs + spareMs) return {unit, task};
  }
  return undefined;
}

/** "etl.load", or what is known of it. */
export const taskName = ({task}: TaskProcess): string =>
  'dagId' in task ? `${task.dagId}.${task.taskId}` : `task ${task.id}`;
