import {oneLine} from '../../text.ts';
import {age} from '../../words.ts';
import type {Check} from '../check.ts';
import {fresh} from '../evidence.ts';

const longMs = 10 * 60_000;

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`);

/** A scheduler may report and yet start nothing. */
export const schedulingCheck: Check = {
  id: 'scheduling',
  question: 'Does the scheduler start what waits?',
  judge: evidence => {
    const activity = fresh(evidence.activity);
    if (activity === undefined) return [];
    const facts = [
      {name: 'running tasks', value: String(activity.running), source: 'the API'},
      {name: 'queued tasks', value: String(activity.queued), source: 'the API'},
    ];
    const oldest = activity.oldestQueued;
    const waitsMs = oldest?.queuedAtMs === undefined ? 0 : evidence.nowMs - oldest.queuedAtMs;
    if (oldest === undefined || waitsMs < longMs) {
      return [
        {
          about: 'scheduling',
          level: 'ok',
          text:
            activity.queued === 0
              ? 'No task waits.'
              : `${tasks(activity.queued)} ${activity.queued === 1 ? 'waits' : 'wait'}, none for long.`,
          evidence: facts,
        },
      ];
    }
    const task = oneLine(`${oldest.dagId}.${oldest.taskId}`, 60);
    return [
      {
        about: 'scheduling',
        level: 'warning',
        text: `${task} has been queued for ${age(waitsMs)} while ${tasks(activity.running)} ${activity.running === 1 ? 'runs' : 'run'}.`,
        hint: 'Look at the slots of its pool and at the workers; the journal of the scheduler (l) names the reason.',
        evidence: facts,
      },
    ];
  },
};
