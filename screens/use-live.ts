import {useEffect, useMemo, useSyncExternalStore} from 'react';
import {type Live, type Seen, unseen, type WatchOptions} from '../src/live/live.ts';
import type {Query} from '../src/live/query.ts';

export type Watched<T> = {readonly query: Query<T>; readonly options?: WatchOptions};

/** Watches several queries while the component is mounted: a screen that is not shown costs nothing. */
export function useLiveAll<T>(live: Live, watched: readonly Watched<T>[]): readonly Seen<T>[] {
  const signature = JSON.stringify(
    watched.map(({query, options}) => [query.name, query.args, options?.everyMs, options?.unfocused]),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the queries
  const store = useMemo(() => new WatchedStore(live, watched), [live, signature]);
  const seen = useSyncExternalStore(store.subscribe, store.snapshot);
  useEffect(() => store.dispose, [store]);
  return seen;
}

export function useLive<T>(live: Live, query: Query<T> | undefined, options?: WatchOptions): Seen<T> {
  const watched = query === undefined ? [] : [{query, ...(options === undefined ? {} : {options})}];
  return useLiveAll(live, watched)[0] ?? unseen;
}

/** Starts to watch with the first subscriber and stops with the last. */
class WatchedStore<T> {
  #watches: readonly {seen(): Seen<T>; stop(): void}[] = [];
  #listeners = new Set<() => void>();
  #snapshot: readonly Seen<T>[];
  readonly #live: Live;
  readonly #watched: readonly Watched<T>[];

  constructor(live: Live, watched: readonly Watched<T>[]) {
    this.#live = live;
    this.#watched = watched;
    this.#snapshot = watched.map(({query}) => live.peek(query) ?? unseen);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.dispose();
    };
  };

  readonly snapshot = (): readonly Seen<T>[] => this.#snapshot;

  readonly dispose = (): void => {
    for (const watch of this.#watches) watch.stop();
    this.#watches = [];
  };

  #start(): void {
    this.#watches = this.#watched.map(({query, options}) => this.#live.watch(query, this.#changed, options));
    this.#snapshot = this.#watches.map(watch => watch.seen());
  }

  readonly #changed = (): void => {
    if (this.#watches.length === 0) return;
    this.#snapshot = this.#watches.map(watch => watch.seen());
    for (const listener of this.#listeners) listener();
  };
}
