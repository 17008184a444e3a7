import {age} from '../../words.ts';
import type {Check} from '../check.ts';
import {fresh} from '../evidence.ts';
import {notFoundOut} from '../not-found-out.ts';

/** As many DAGs are there as before: a folder that is not mounted takes them away without an error. */
export const dagCountCheck: Check = {
  id: 'dag-count',
  question: 'Are as many DAGs there as before?',
  see: {key: '2', title: 'DAGs'},
  judge: of => {
    const {dagCount, nowMs} = of;
    const count = fresh(dagCount);
    if (count === undefined) return notFoundOut(of, dagCount, 'dags', 'How many DAGs there are');
    const {now, most, mostAtMs} = count;
    const evidence = [
      {
        name: 'DAGs',
        value: String(now),
        source: 'the API',
        ...(dagCount?.atMs === undefined ? {} : {atMs: dagCount.atMs}),
      },
      {name: 'DAGs at most', value: String(most), source: 'the API, as windsock saw it', atMs: mostAtMs},
    ];
    const gone = most - now;
    if (gone === 0) return [{about: 'dags', level: 'ok', text: `${now} DAGs, as before.`, evidence}];
    const isMany = gone > Math.max(2, most * 0.1);
    const text = `${now} DAGs are there; ${age(nowMs - mostAtMs)} ago there were ${most}.`;
    if (!isMany) return [{about: 'dags', level: 'note', text, evidence}];
    const hint = 'Is the DAG folder mounted and complete? Screen 2, key i, shows files that cannot be imported.';
    return [{about: 'dags', level: 'warning', text, hint, evidence}];
  },
};
