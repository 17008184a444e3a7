import type {Page, RecentRuns, Run} from './api.ts';

/** A DAG with very many runs pushes the others out of an answer: they are asked for again, without it. */
const mostRequests = 4;

/** The newest runs of each DAG. `ask` gives the newest runs of some DAGs together, newest first. */
export async function recentRuns(
  dagIds: readonly string[],
  perDag: number,
  ask: (dagIds: readonly string[], limit: number) => Promise<Page<Run>>,
): Promise<RecentRuns> {
  const runs = new Map<string, readonly Run[]>();
  let open = dagIds;
  for (let request = 0; request < mostRequests && open.length > 0; request++) {
    const {items, total} = await ask(open, Math.min(1000, Math.max(100, perDag * open.length * 2)));
    for (const [id, newest] of Map.groupBy(items, run => run.dagId)) runs.set(id, newest.slice(0, perDag));
    if (items.length >= total) return {runs, truncated: false};
    open = open.filter(id => (runs.get(id)?.length ?? 0) < perDag);
  }
  return {runs, truncated: open.some(id => !runs.has(id))};
}
