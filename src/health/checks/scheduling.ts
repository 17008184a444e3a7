import {oneLine} from '../../text.ts';
import {age} from '../../words.ts';
import type {Check} from '../check.ts';
import {fresh, saidAt} from '../evidence.ts';
import type {Fact} from '../finding.ts';
import {unitsOf} from '../heartbeat.ts';
import {notFoundOut} from '../not-found-out.ts';

const longMs = 10 * 60_000;

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`);

/** A scheduler may report and yet start nothing. */
export const schedulingCheck: Check = {
  id: 'scheduling',
  question: 'Does the scheduler start what waits?',
  see: {key: '2', title: 'DAGs'},
  judge: evidence => {
    const workload = fresh(evidence.workload);
    if (workload === undefined) return notFoundOut(evidence, evidence.workload, 'scheduling', 'Whether tasks wait');
    const facts: Fact[] = [
      {name: 'running tasks', value: String(workload.running), source: 'the API', ...saidAt(evidence.workload)},
      {name: 'queued tasks', value: String(workload.queued), source: 'the API', ...saidAt(evidence.workload)},
      ...(workload.lastRunStartedAtMs === undefined
        ? []
        : [
            {
              name: 'last run started',
              value: `${age(Math.max(0, evidence.nowMs - workload.lastRunStartedAtMs))} ago`,
              source: 'the API',
              ...saidAt(evidence.workload),
            },
          ]),
    ];
    const oldest = workload.oldestQueued;
    const waitsMs = oldest?.queuedAtMs === undefined ? 0 : evidence.nowMs - oldest.queuedAtMs;
    if (oldest !== undefined) {
      const value = `${oneLine(`${oldest.dagId}.${oldest.taskId}`, 80)}, for ${age(waitsMs)}`;
      facts.push({name: 'queued longest', value, source: 'the API', ...saidAt(evidence.workload)});
    }
    if (oldest === undefined || waitsMs < longMs) {
      return [
        {
          about: 'scheduling',
          level: 'ok',
          text:
            workload.queued === 0
              ? 'No task waits.'
              : `${tasks(workload.queued)} ${workload.queued === 1 ? 'waits' : 'wait'}, none for long.`,
          evidence: facts,
        },
      ];
    }
    const [scheduler] = unitsOf(evidence, 'scheduler');
    const task = oneLine(`${oldest.dagId}.${oldest.taskId}`, 60);
    return [
      {
        about: 'scheduling',
        level: 'warning',
        text: `${task} has been queued for ${age(waitsMs)} while ${tasks(workload.running)} ${workload.running === 1 ? 'runs' : 'run'}.`,
        hint: 'Look at the slots of its pool and at the workers; the journal of the scheduler (l) names the reason.',
        ...(scheduler === undefined ? {} : {unit: {host: scheduler.host, unit: scheduler.name}}),
        evidence: facts,
      },
    ];
  },
};
