import type {Page} from '../airflow/api.ts';

/** A list as far as it came: `complete` is false while pages are still coming. */
export type List<T> = {readonly items: readonly T[]; readonly total: number; readonly complete: boolean};

/** A list of thousands is not copied, and drawn, for each of its pages. */
const showEveryMs = 200;

/** A whole list, shown as far as it came. What comes twice counts once. */
export async function readList<T>(
  pages: AsyncIterable<Page<T>>,
  idOf: (item: T) => string,
  now: () => number,
  show: (partial: List<T>) => void,
): Promise<List<T>> {
  const byId = new Map<string, T>();
  let total = 0;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  for await (const page of pages) {
    for (const item of page.items) byId.set(idOf(item), item);
    total = page.total;
    if (now() - shownAtMs < showEveryMs) continue;
    shownAtMs = now();
    show({items: [...byId.values()], total, complete: false});
  }
  return {items: [...byId.values()], total: Math.max(total, byId.size), complete: true};
}
