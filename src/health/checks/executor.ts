import type {Check} from '../check.ts';
import {executorOf} from '../executor.ts';
import {named} from '../settings.ts';

/** The executor can run several tasks, and does not hold up the scheduler. */
export const executorCheck: Check = {
  id: 'executor',
  question: 'Is the executor fit for production?',
  see: {key: '3', title: 'Config'},
  judge: evidence =>
    executorOf(evidence).map(({value, hosts, evidence: facts}) => {
      const about = hosts.join(' ');
      if (value === undefined) {
        return {about, level: 'note', text: `Which executor ${named(hosts)} has is not known.`, evidence: facts};
      }
      if (!/Sequential|Debug/.test(value)) {
        return {about, level: 'ok', text: `The executor is ${value}.`, evidence: facts};
      }
      return {
        about,
        level: 'warning',
        text: `The executor on ${named(hosts)} is ${value}: one task at a time, and the scheduler waits for it.`,
        hint: 'Set executor to LocalExecutor, on PostgreSQL or MySQL, and restart the scheduler.',
        evidence: facts,
      };
    }),
};
