import {oneLine} from '../../text.ts';
import type {Check, Judgement} from '../check.ts';
import {fresh} from '../evidence.ts';

/** Nothing is left of a component that was killed. */
export const orphansCheck: Check = {
  id: 'orphans',
  question: 'Is nothing left of components that were killed?',
  judge: evidence =>
    evidence.hosts.flatMap(({host, units}): readonly Judgement[] => {
      const seen = fresh(units);
      if (seen?.orphans === undefined) return [];
      if (seen.orphans.length === 0) {
        const text = `Nothing is left on ${host} of components that were killed.`;
        const none = {name: 'processes left behind', value: 'none', source: `ps on ${host}`, atMs: seen.seenAtMs};
        return [{about: host, level: 'ok', text, evidence: [none]}];
      }
      const [first] = seen.orphans;
      const others = seen.orphans.length === 1 ? '' : ` and ${seen.orphans.length - 1} more`;
      return [
        {
          about: host,
          level: 'warning',
          text: `Process ${first?.pid}${others} on ${host} outlived its component: it still holds memory, and perhaps a port.`,
          hint: `End what is left there as ${first?.user}: kill ${seen.orphans.map(({pid}) => pid).join(' ')}.`,
          evidence: seen.orphans.map(({pid, title, user}) => ({
            name: `process ${pid}`,
            value: `${oneLine(title, 100)} (${user})`,
            source: `ps on ${host}`,
            atMs: seen.seenAtMs,
          })),
        },
      ];
    }),
};
