import {
  environmentManager,
  focusManager,
  QueryClient,
  QueryObserver,
  type QueryObserverResult,
} from '@tanstack/query-core';
import {Problem} from '../problems/problem.ts';
import {nextInMs} from './pace.ts';
import type {Query} from './query.ts';

/** What is known about a query now. Old values stay when asking fails. */
export type Seen<T> = {
  readonly value: T | undefined;
  /** When the value came, by the clock of this machine. */
  readonly atMs: number | undefined;
  /** Why the last asking failed; undefined when it did not. */
  readonly problem: Problem | undefined;
  /** When it failed, by the clock of this machine. */
  readonly failedAtMs?: number;
  readonly asking: boolean;
};

export const unseen: Seen<never> = {value: undefined, atMs: undefined, problem: undefined, asking: true};

export type WatchOptions = {
  /** Another pace than the query's own. */
  readonly everyMs?: number;
  /** Goes on while the terminal has lost the focus. */
  readonly unfocused?: boolean;
};

/** The cache of what was asked. One per open profile; `close` ends its timers, without which the process lives on. */
export class Live {
  readonly #client: QueryClient;
  readonly #failures = new Map<string, number>();
  readonly #onBug: (error: unknown) => void;
  /** Multiplies every pace: `+` and `-`. */
  #slower = 1;

  constructor(onBug: (error: unknown) => void) {
    // TanStack takes Node for a server, where nothing is ever asked again.
    environmentManager.setIsServer(() => false);
    this.#onBug = onBug;
    this.#client = new QueryClient({
      defaultOptions: {
        queries: {retry: false, networkMode: 'always', refetchOnWindowFocus: true, gcTime: 5 * 60_000},
      },
    });
    this.#client.mount();
  }

  /** Watches a query until the returned function is called. `onChange` gets each change, and not the first value. */
  watch<T>(query: Query<T>, onChange: () => void, options: WatchOptions = {}): {seen(): Seen<T>; stop(): void} {
    const everyMs = options.everyMs ?? query.everyMs;
    const observer = new QueryObserver<T, Error>(this.#client, {
      queryKey: keyOf(query),
      queryFn: context => this.#read(query, context.signal),
      meta: {asks: query.asks},
      staleTime: everyMs / 2,
      refetchIntervalInBackground: options.unfocused === true,
      refetchOnWindowFocus: 'always',
      refetchInterval: ({queryHash, state}) => {
        const retryAfterS = state.error instanceof Problem ? state.error.retryAfterS : undefined;
        // What goes on unfocused is the verdict: it keeps its pace whatever the screens' is.
        const slower = options.unfocused === true ? 1 : this.#slower;
        return nextInMs(everyMs * slower, this.#failures.get(queryHash) ?? 0, retryAfterS);
      },
    });
    let last = observer.getCurrentResult();
    let seen = seenOf(last);
    // TanStack tells of the first asking before `subscribe` returns; what a listener throws then ends that asking.
    let returned = false;
    const stop = observer.subscribe(result => {
      if (result === last) return;
      last = result;
      const next = seenOf(result);
      if (same(seen, next)) return;
      seen = next;
      if (returned) onChange();
    });
    seen = seenOf(observer.getCurrentResult());
    returned = true;
    return {seen: () => seen, stop};
  }

  /** What is in the cache, without asking. */
  peek<T>(query: Query<T>): Seen<T> | undefined {
    const state = this.#client.getQueryState<T, Error>(keyOf(query));
    if (state === undefined) return undefined;
    return {
      value: state.data,
      atMs: state.dataUpdatedAt === 0 ? undefined : state.dataUpdatedAt,
      ...failureOf(state.error, state.errorUpdatedAt),
      asking: state.fetchStatus === 'fetching',
    };
  }

  /** Asks once, joining a request that is under way. Throws `Problem`. */
  ask<T>(query: Query<T>, maxAgeMs = 0): Promise<T> {
    return this.#client.fetchQuery({
      queryKey: keyOf(query),
      queryFn: context => this.#read(query, context.signal),
      meta: {asks: query.asks},
      staleTime: maxAgeMs,
    });
  }

  /** The answers of the queries of these names are out of date: those on the screen are asked at once. */
  async touch(names: readonly string[]): Promise<void> {
    await Promise.all(names.map(name => this.#client.invalidateQueries({queryKey: [name]})));
  }

  /** Asks everything that is on the screen. */
  async refresh(): Promise<void> {
    await this.#client.invalidateQueries();
  }

  /** The terminal has or has not the focus: without it only what was watched `unfocused` goes on. */
  focus(focused: boolean): void {
    focusManager.setFocused(focused);
  }

  pace(slower: number): void {
    this.#slower = slower;
  }

  close(): void {
    this.#client.unmount();
    void this.#client.cancelQueries();
    this.#client.clear();
  }

  async #read<T>(query: Query<T>, signal: AbortSignal): Promise<T> {
    const queryKey = keyOf(query);
    const hash = JSON.stringify(queryKey);
    const first = this.#client.getQueryState(queryKey)?.dataUpdatedAt === 0;
    let shown = false;
    const show = (partial: T) => {
      if (signal.aborted || !(first || shown)) return;
      shown = true;
      this.#client.setQueryData(queryKey, () => partial);
    };
    try {
      const value = await query.read(signal, show);
      if (this.#failures.delete(hash) && query.asks !== undefined) this.#askFailed(hash, query.asks);
      return value;
    } catch (error) {
      if (error instanceof Problem) this.#failures.set(hash, (this.#failures.get(hash) ?? 0) + 1);
      else if (!signal.aborted) this.#onBug(error);
      throw error;
    }
  }

  /** What failed with the one that has an answer again may have one, too: nobody waits a minute for a server that is back. */
  #askFailed(answered: string, asks: string): void {
    void this.#client.refetchQueries(
      {
        type: 'active',
        predicate: ({queryHash, state, meta}) =>
          queryHash !== answered &&
          meta?.asks === asks &&
          state.fetchStatus === 'idle' &&
          this.#failures.has(queryHash),
      },
      {cancelRefetch: false},
    );
  }
}

const keyOf = <T>(query: Query<T>): readonly string[] => [query.name, ...query.args];

function seenOf<T>(result: QueryObserverResult<T, Error>): Seen<T> {
  return {
    value: result.data,
    atMs: result.dataUpdatedAt === 0 ? undefined : result.dataUpdatedAt,
    ...failureOf(result.error, result.errorUpdatedAt),
    asking: result.fetchStatus === 'fetching',
  };
}

const failureOf = (error: Error | null, atMs: number): Pick<Seen<never>, 'problem' | 'failedAtMs'> =>
  error instanceof Problem ? {problem: error, failedAtMs: atMs} : {problem: undefined};

function same<T>(a: Seen<T>, b: Seen<T>): boolean {
  return a.value === b.value && a.atMs === b.atMs && a.problem === b.problem && a.asking === b.asking;
}
