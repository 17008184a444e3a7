import type {Page} from './api.ts';

/** More the server does not give in one answer (`[api] maximum_page_limit` = 100); it may give less. */
const pageLimit = 100;

/** More no Airflow has: 200,000 items. A total that lies would otherwise be believed for ever. */
const maxPages = 2000;

/** Asks for one page. */
export type FetchPage<T> = (offset: number, limit: number, signal: AbortSignal) => Promise<Page<T>>;

/**
 * All pages of a list that may grow and shrink meanwhile. The first tells the total; the rest are asked for two at a
 * time and given as they arrive. What comes twice is dropped. A page without anything new ends it,
 * and so does the 2,000th.
 */
export async function* pages<T>(
  fetch: FetchPage<T>,
  idOf: (item: T) => string,
  signal?: AbortSignal,
): AsyncGenerator<Page<T>, void, undefined> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const seen = new Set<string>();
  const unseen = (item: T) => !seen.has(idOf(item)) && seen.add(idOf(item)) !== undefined;
  const running = new Map<number, Promise<{offset: number; page: Page<T>}>>();
  try {
    const first = await fetch(0, pageLimit, either);
    yield {items: first.items.filter(unseen), total: first.total};
    const step = first.items.length;
    let {total} = first;
    let next = step;
    let ended = step === 0;
    for (;;) {
      for (; !ended && running.size < 2 && next < Math.min(total, step * maxPages); next += step) {
        const offset = next;
        running.set(
          offset,
          fetch(offset, pageLimit, either).then(page => ({offset, page})),
        );
      }
      if (running.size === 0) return;
      const {offset, page} = await Promise.race(running.values());
      running.delete(offset);
      total = page.total;
      const items = page.items.filter(unseen);
      if (items.length === 0) ended = true;
      else yield {items, total};
    }
  } finally {
    for (const promise of running.values()) promise.catch(() => {});
    stop.abort();
  }
}

/** What tells all items of a list apart, and how many there are by the server. */
export async function allIds<T>(
  fetch: FetchPage<T>,
  idOf: (item: T) => string,
  signal?: AbortSignal,
): Promise<{ids: ReadonlySet<string>; total: number}> {
  const ids = new Set<string>();
  let total = 0;
  for await (const page of pages(fetch, idOf, signal)) {
    for (const item of page.items) ids.add(idOf(item));
    total = page.total;
  }
  return {ids, total};
}

/** The first `limit` of a list, by as many pages as that takes, one after the other. */
export async function firstOf<T>(limit: number, fetch: FetchPage<T>, signal?: AbortSignal): Promise<Page<T>> {
  const items: T[] = [];
  let total = 0;
  do {
    const page = await fetch(
      items.length,
      Math.min(pageLimit, limit - items.length),
      signal ?? new AbortController().signal,
    );
    items.push(...page.items);
    total = Math.max(page.total, items.length);
    if (page.items.length === 0) break;
  } while (items.length < Math.min(limit, total));
  return {items, total};
}

/** A whole list, by `pages`. */
export async function allOf<T>(fetch: FetchPage<T>, idOf: (item: T) => string, signal?: AbortSignal): Promise<Page<T>> {
  const all: T[] = [];
  let total = 0;
  for await (const page of pages(fetch, idOf, signal)) {
    all.push(...page.items);
    total = page.total;
  }
  return {items: all, total: Math.max(total, all.length)};
}
