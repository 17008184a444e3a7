import {oneLine} from '../../text.ts';
import {shortName} from '../../units/words.ts';
import {age} from '../../words.ts';
import {blockedScheduler, taskName} from '../blocked.ts';
import type {Check} from '../check.ts';
import {answered, saidAt} from '../evidence.ts';
import {healthOf, heartbeatAgeMs, isLate, unitsOf} from '../heartbeat.ts';

/** The scheduler reports: by the age of its heartbeat, whatever the status says (its threshold may be set to anything). */
export const schedulerCheck: Check = {
  id: 'scheduler',
  question: 'Does the scheduler report, by the age of its heartbeat?',
  judge: evidence => {
    const airflow = answered(evidence);
    const health = healthOf(evidence, 'scheduler');
    if (airflow === undefined || health === undefined) return [];
    const ageMs = heartbeatAgeMs(evidence, health);
    const facts = [
      {name: 'status', value: health.says, source: 'the API: health', atMs: airflow.answeredAtMs},
      {
        name: 'heartbeat',
        value: ageMs === undefined ? 'none' : `${age(ageMs)} old`,
        source: 'the API: health',
        atMs: airflow.answeredAtMs,
      },
    ];
    const units = unitsOf(evidence, 'scheduler');
    const unit = units.find(({state}) => state !== 'active') ?? units[0];
    const cure =
      unit === undefined
        ? {hint: 'Restart the scheduler the way it was started; no unit runs it here.'}
        : {
            hint: `Press R to restart ${shortName(unit)} on ${unit.host}.`,
            cure: {kind: 'restart', host: unit.host, unit: unit.name} as const,
          };
    if (!isLate(health)) {
      const text =
        ageMs === undefined ? 'Airflow calls the scheduler healthy.' : `The scheduler reported ${age(ageMs)} ago.`;
      return [{about: 'scheduler', level: 'ok', text, evidence: facts}];
    }
    const blocked = blockedScheduler(evidence);
    if (blocked !== undefined && ageMs !== undefined) {
      const task = oneLine(taskName(blocked.task), 60);
      return [
        {
          about: 'scheduler',
          level: 'warning',
          text: `The scheduler is alive, but waits for ${task}, which it runs itself: it last reported ${age(ageMs)} ago and starts nothing.`,
          hint: 'Wait for the task. LocalExecutor runs tasks beside the scheduler; it needs PostgreSQL or MySQL.',
          unit: {host: blocked.unit.host, unit: blocked.unit.name},
          evidence: [
            ...facts,
            {
              name: `process ${blocked.task.pid}`,
              value: `${task}, for ${age(blocked.task.ageMs)}`,
              source: `ps on ${blocked.unit.host}`,
              ...saidAt(evidence.hosts.find(({host}) => host === blocked.unit.host)?.units),
            },
          ],
        },
      ];
    }
    if (ageMs === undefined) {
      const text = 'The scheduler has never reported.';
      return [{about: 'scheduler', level: 'critical', text, ...cure, evidence: facts}];
    }
    const although = health.says === 'healthy' ? ', although its status says healthy' : '';
    return [
      {
        about: 'scheduler',
        level: 'critical',
        text: `The scheduler last reported ${age(ageMs)} ago${although}.`,
        ...cure,
        evidence: facts,
      },
    ];
  },
};
