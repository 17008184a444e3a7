import {useEffect, useMemo, useRef, useState} from 'react';
import type {Run} from '../../src/airflow/api.ts';
import {useShell} from '../context.tsx';
import {useLive} from '../use-live.ts';
import type {DagsStore} from './dags-store.ts';

/** The list is asked about only when it has stood still for so long. */
const settleMs = 200;

/**
 * The newest runs of the DAGs that are on the screen, oldest first for each; of other DAGs what was seen last.
 * One request, whatever the number of DAGs.
 */
export function useRecentRuns(store: DagsStore): ReadonlyMap<string, readonly Run[]> {
  const {console} = useShell();
  const ids = useVisibleIds(store);
  const query = useMemo(() => console.queries.recentRuns(ids), [console, ids]);
  const seen = useLive(console.live, ids.length === 0 ? undefined : query);
  const known = useRef<ReadonlyMap<string, readonly Run[]>>(new Map());
  return useMemo(() => {
    if (seen.value === undefined) return known.current;
    const next = new Map(known.current);
    for (const id of ids) {
      const runs = seen.value.runs.get(id);
      if (runs !== undefined) next.set(id, runs.toReversed());
      else if (!seen.value.truncated) next.set(id, []);
    }
    known.current = next;
    return next;
  }, [seen.value, ids]);
}

function useVisibleIds(store: DagsStore): readonly string[] {
  const [ids, setIds] = useState<readonly string[]>([]);
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    let shown = '';
    const look = () => {
      const {view, top, lines} = store.dags.state.getState();
      const now = view
        .slice(top, top + lines)
        .map(({dag}) => dag.id)
        .toSorted();
      const signature = now.join('\n');
      if (signature === shown) return;
      shown = signature;
      setIds(now);
    };
    const stop = store.dags.state.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(look, settleMs);
    });
    look();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [store]);
  return ids;
}
