import type {Pool} from '../../airflow/api.ts';
import {oneLine} from '../../text.ts';
import type {Check, Judgement} from '../check.ts';
import {fresh} from '../evidence.ts';
import {notFoundOut} from '../not-found-out.ts';

/** No task waits for a slot that never comes. */
export const poolsCheck: Check = {
  id: 'pools',
  question: 'Have the pools slots for the tasks that wait?',
  judge: evidence => {
    const {pools} = evidence;
    const seen = fresh(pools);
    if (seen === undefined) return notFoundOut(evidence, pools, 'pools', 'Whether the pools have free slots');
    const found = seen.items.flatMap(pool => judge(pool, pools?.atMs));
    if (found.length > 0) return found;
    return [{about: 'pools', level: 'ok', text: 'No pool makes a task wait.', evidence: []}];
  },
};

function judge(pool: Pool, atMs: number | undefined): readonly Judgement[] {
  const {slots, open, running, queued, scheduled = 0} = pool;
  const waiting = queued + scheduled;
  if (slots === 'unlimited' || open === 'unlimited' || open > 0 || waiting === 0) return [];
  const name = oneLine(pool.name, 60);
  const wait = waiting === 1 ? '1 task waits' : `${waiting} tasks wait`;
  const evidence = [
    {
      name: 'slots',
      value: `${slots}, ${running} running, ${queued} queued, ${scheduled} scheduled`,
      source: 'the API: pools',
      ...(atMs === undefined ? {} : {atMs}),
    },
  ];
  if (slots === 0) {
    const text = `The pool ${name} has no slots: ${wait}, and none will run.`;
    const hint = 'Give it slots: "airflow pools set", or the list of pools in the browser.';
    return [{about: pool.name, level: 'warning', text, hint, evidence}];
  }
  const text = `The pool ${name} is full: all ${slots} slots are in use, and ${wait}.`;
  return [{about: pool.name, level: 'note', text, evidence}];
}
