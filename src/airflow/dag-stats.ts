import type * as v from 'valibot';
import type {RunCounts} from './api.ts';
import {type dagStatsWire, toRunCounts} from './data-wire.ts';

/** The ids are part of the address; gunicorn refuses one of more than 4,094 characters. */
const longest = 3000;

/** The counts of all the DAGs, `ask`ed for some at a time. */
export async function dagStats(
  dagIds: readonly string[],
  ask: (some: readonly string[]) => Promise<v.InferOutput<typeof dagStatsWire>>,
): Promise<ReadonlyMap<string, RunCounts>> {
  const counts = new Map<string, RunCounts>();
  for (const some of portions(dagIds)) {
    const {dags} = await ask(some);
    for (const {dag_id: id, stats} of dags) counts.set(id, toRunCounts(stats));
  }
  return counts;
}

function* portions(dagIds: readonly string[]): Generator<readonly string[]> {
  let some: string[] = [];
  let length = 0;
  for (const id of dagIds) {
    // With the name of the parameter, which 3.x repeats.
    const more = encodeURIComponent(id.toWellFormed()).length + 'dag_ids=&'.length;
    if (some.length > 0 && length + more > longest) {
      yield some;
      some = [];
      length = 0;
    }
    some.push(id);
    length += more;
  }
  if (some.length > 0) yield some;
}
