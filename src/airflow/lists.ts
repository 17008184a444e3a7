import type {Page, RecentRuns, Run, Task} from './api.ts';

/** How many runs one request for the newest runs of some DAGs asks for: a busy DAG pushes out the others. */
export function recentLimit(dagIds: readonly string[], perDag: number): number {
  return Math.min(1000, Math.max(100, perDag * dagIds.length * 2));
}

/** `page` is newest first; so is each list. */
export function groupRuns(page: Page<Run>, dagIds: readonly string[], perDag: number): RecentRuns {
  const runs = new Map<string, Run[]>();
  for (const run of page.items) {
    const list = runs.get(run.dagId);
    if (!list) runs.set(run.dagId, [run]);
    else if (list.length < perDag) list.push(run);
  }
  return {runs, truncated: page.total > page.items.length && dagIds.some(id => !runs.has(id))};
}

export const noRuns: RecentRuns = {runs: new Map(), truncated: false};

export const noTasks: Page<Task> = {items: [], total: 0};

/** More than this one screen can show, or one server should give at once. */
export const listLimit = 1000;

/** A page with each item converted. */
export function mapPage<A, B>({items, total}: Page<A>, to: (item: A) => B): Page<B> {
  return {items: items.map(item => to(item)), total};
}
