import {describe, expect, test} from 'vitest';
import {type FetchPage, firstOf, pages} from '../../../src/airflow/pages.ts';

/** A list on a server; `change` runs before each page but the first. */
function list(count: number, change: (items: number[], pageNumber: number) => void = () => {}) {
  const items = Array.from({length: count}, (_, index) => index);
  const offsets: number[] = [];
  const fetch: FetchPage<number> = async (offset, limit) => {
    if (offsets.push(offset) > 1) change(items, offsets.length);
    return {items: items.slice(offset, offset + limit), total: items.length};
  };
  return {fetch, offsets};
}

async function all(fetch: FetchPage<number>): Promise<number[]> {
  const seen: number[] = [];
  for await (const {items} of pages(fetch, String)) seen.push(...items);
  return seen;
}

describe('pages', () => {
  test('an empty list is one page', async () => {
    const {fetch, offsets} = list(0);
    expect(await all(fetch)).toEqual([]);
    expect(offsets).toEqual([0]);
  });

  test('a list that grows is read to its new end', async () => {
    const {fetch} = list(250, (items, page) => {
      if (page === 3) for (let more = 1000; more < 1100; more++) items.push(more);
    });
    expect(await all(fetch)).toHaveLength(350);
  });

  test('a list that shrinks ends at the first empty page, and nothing comes twice', async () => {
    const {fetch, offsets} = list(1000, items => items.splice(150));
    expect(await all(fetch)).toHaveLength(150);
    expect(offsets.length).toBeLessThanOrEqual(4);
  });

  test('a server that ignores the offset is not asked for ever', async () => {
    let asked = 0;
    const seen = await all(async () => {
      asked++;
      return {items: [1, 2, 3], total: 1_000_000};
    });
    expect(seen).toEqual([1, 2, 3]);
    expect(asked).toBeLessThanOrEqual(3);
  });

  test('a total that lies does not make it ask for ever', async () => {
    let asked = 0;
    const seen = await all(async offset => {
      if (++asked > 2000) throw new Error('asked too often');
      return {items: [offset], total: 1_000_000_000};
    });
    expect(seen).toHaveLength(2000);
  });

  test('never more than two at a time, and none after the reader has left', async () => {
    let running = 0;
    let most = 0;
    const stopped: boolean[] = [];
    const {fetch} = list(1000);
    const slow: FetchPage<number> = async (offset, limit, signal) => {
      most = Math.max(most, ++running);
      signal.addEventListener('abort', () => stopped.push(true));
      await new Promise(resolve => setTimeout(resolve, 5));
      running--;
      return fetch(offset, limit, signal);
    };
    let count = 0;
    for await (const _ of pages(slow, String)) if (++count === 4) break;
    expect(most).toBe(2);
    expect(stopped.length).toBeGreaterThan(0);
  });
});

describe('firstOf', () => {
  test('takes as many pages as the limit needs', async () => {
    const {fetch, offsets} = list(1000);
    const page = await firstOf(250, fetch);
    expect([page.items.length, page.total, offsets]).toEqual([250, 1000, [0, 100, 200]]);
    expect((await firstOf(5, list(3).fetch)).items).toEqual([0, 1, 2]);
  });
});
