import type {Pool} from '../../airflow/api.ts';
import {oneLine} from '../../text.ts';
import type {Check, Judgement} from '../check.ts';
import {type Evidence, fresh, saidAt} from '../evidence.ts';
import {executorSlots} from '../executor.ts';
import {notFoundOut} from '../not-found-out.ts';

/** No task waits for a slot that never comes. */
export const poolsCheck: Check = {
  id: 'pools',
  question: 'Have the pools and the executor slots for the tasks that wait?',
  judge: evidence => {
    const {pools} = evidence;
    const seen = fresh(pools);
    if (seen === undefined) return notFoundOut(evidence, pools, 'pools', 'Whether the pools have free slots');
    const found = [...seen.items.flatMap(pool => judge(pool, pools?.atMs)), ...ofExecutor(evidence)];
    if (found.length > 0) return found;
    const facts = seen.items.slice(0, most).map(pool => fact(`pool ${oneLine(pool.name, 60)}`, pool, pools?.atMs));
    const none = {name: 'pools', value: 'none', source: 'the API: pools', ...saidAt(pools)};
    return [
      {about: 'pools', level: 'ok', text: 'No task waits for a slot.', evidence: facts.length > 0 ? facts : [none]},
    ];
  },
};

/** So many pools are evidence enough. */
const most = 20;

const fact = (name: string, {slots, running, queued, scheduled = 0}: Pool, atMs: number | undefined) => ({
  name,
  value: `${slots}, ${running} running, ${queued} queued, ${scheduled} scheduled`,
  source: 'the API: pools',
  ...(atMs === undefined ? {} : {atMs}),
});

function ofExecutor(evidence: Evidence): readonly Judgement[] {
  const workload = fresh(evidence.workload);
  const slots = executorSlots(evidence);
  if (workload === undefined || slots === undefined || workload.running < slots || workload.queued === 0) return [];
  return [
    {
      about: 'executor',
      level: 'note',
      text: `The executor is full: ${workload.running} tasks run, parallelism is ${slots}, and ${wait(workload.queued)}.`,
      evidence: [
        {
          name: 'tasks',
          value: `${workload.running} running, ${workload.queued} waiting`,
          source: 'the API',
          ...saidAt(evidence.workload),
        },
        {name: '[core] parallelism', value: String(slots), source: 'the settings of all schedulers together'},
      ],
    },
  ];
}

const wait = (tasks: number): string => (tasks === 1 ? '1 task waits' : `${tasks} tasks wait`);

function judge(pool: Pool, atMs: number | undefined): readonly Judgement[] {
  const {slots, open, queued, scheduled = 0} = pool;
  const waiting = queued + scheduled;
  if (slots === 'unlimited' || open === 'unlimited' || open > 0 || waiting === 0) return [];
  const name = oneLine(pool.name, 60);
  const evidence = [fact('slots', pool, atMs)];
  if (slots === 0) {
    const text = `The pool ${name} has no slots: ${wait(waiting)}, and none will run.`;
    const hint = 'Give it slots: "airflow pools set", or the list of pools in the browser.';
    return [{about: pool.name, level: 'warning', text, hint, evidence}];
  }
  const text = `The pool ${name} is full: all ${slots} slots are in use, and ${wait(waiting)}.`;
  return [{about: pool.name, level: 'note', text, evidence}];
}
