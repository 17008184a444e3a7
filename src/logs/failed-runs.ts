import type {AirflowApi, Run} from '../airflow/api.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import type {LogFile} from './layout.ts';

/** Whether the run that wrote a log failed; undefined: it is not known. */
export type HasFailed = (file: Pick<LogFile, 'dagId' | 'runId' | 'date'>, mtimeMs: number) => boolean | undefined;

/** `told`: a sentence where it is not known of all runs. */
export type FailedRuns = {readonly hasFailed: HasFailed; readonly told: string | undefined};

type Wish = {
  /** Logs that are older go in any case. */
  readonly failedOlderThanMs: number;
  /** Empty: all that Airflow has. */
  readonly dagIds: readonly string[];
  readonly nowMs: number;
};

const mostRuns = 10_000;
const mostDags = 1_000;
const atOnce = 4;
const patienceMs = 30_000;
/** A log may be written a little after its run has ended. */
const marginMs = 86_400_000;

/**
 * Asks Airflow which runs failed. Of a run that it no longer has nobody can tell: one of a DAG that it does not name, or one
 * from before the first run that it has of the DAG. Only a run that was deleted by itself is taken for one that did not fail.
 */
export async function failedRuns(
  airflow: (() => Promise<AirflowApi>) | undefined,
  wish: Wish,
  signal: AbortSignal,
): Promise<FailedRuns> {
  if (airflow === undefined) return unknown('The profile names no API', wish);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const late = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), {once: true});
  });
  late.catch(() => {});
  try {
    return await Promise.race([airflow().then(api => ask(api, wish, limit)), late]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem && error.code === 'airflow.needs-version') return unknown(error.message, wish);
    if (error instanceof Problem || limit.aborted) return unknown('The API does not answer', wish);
    throw error;
  }
}

const unknown = (why: string, {failedOlderThanMs}: Wish): FailedRuns => ({
  hasFailed: () => undefined,
  told: `${why}, so which runs failed is not known: the logs of all runs stay for ${age(failedOlderThanMs)}.`,
});

async function ask(api: AirflowApi, wish: Wish, signal: AbortSignal): Promise<FailedRuns> {
  const failed = await unchanged(api, wish, signal);
  if (typeof failed === 'string') return unknown(failed, wish);
  const {ids} = await api.allDagIds(signal);
  const wanted = wish.dagIds.length === 0 ? [...ids] : wish.dagIds.filter(id => ids.has(id));
  const begins = await firstStarts(api, wanted.slice(0, mostDags), signal);
  const told =
    wanted.length > mostDags
      ? `Of ${wanted.length - mostDags} DAGs it was not asked which runs Airflow has: their logs stay for ${age(wish.failedOlderThanMs)}.`
      : undefined;
  return {hasFailed: judge(failed, begins), told};
}

/** All that failed; or why they are not all known. A list that changes while its pages are read may leave one out. */
async function unchanged(
  api: AirflowApi,
  {failedOlderThanMs, nowMs}: Wish,
  signal: AbortSignal,
): Promise<readonly Run[] | string> {
  const query = {state: 'failed', endedSinceMs: nowMs - failedOlderThanMs - marginMs} as const;
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = await api.countRuns(query, signal);
    if (before > mostRuns) return `Airflow has ${before} failed runs, and no more than ${mostRuns} are asked for`;
    const {items, total} = await api.runsInState(query, mostRuns, signal);
    if (before === total && items.length === total) return items;
  }
  return 'The list of failed runs changed while Airflow told it';
}

/** When the first run started of those that Airflow has of a DAG; a DAG without one is left out. */
async function firstStarts(
  api: AirflowApi,
  dagIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const begins = new Map<string, number>();
  const waiting = dagIds.values();
  const worker = async () => {
    for (const dagId of waiting) {
      const startedAtMs = await firstStart(api, dagId, signal);
      if (startedAtMs !== undefined) begins.set(dagId, startedAtMs);
    }
  };
  await Promise.all(Array.from({length: atOnce}, worker));
  return begins;
}

async function firstStart(api: AirflowApi, dagId: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    return (await api.oldestRun(dagId, signal))?.startedAtMs;
  } catch (error) {
    // It was deleted meanwhile.
    if (error instanceof Problem && error.code === 'airflow.not-found') return undefined;
    throw error;
  }
}

function judge(failed: readonly Run[], begins: ReadonlyMap<string, number>): HasFailed {
  const key = (dagId: string, run: string | number) => JSON.stringify([dagId, run]);
  const runs = new Set(failed.map(({dagId, id}) => key(dagId, id)));
  // Paths of the old layout name the date of the run.
  const dates = new Set(failed.flatMap(run => (run.logicalAtMs === undefined ? [] : key(run.dagId, run.logicalAtMs))));
  return ({dagId, runId, date}, mtimeMs) => {
    const beginMs = dagId === undefined ? undefined : begins.get(dagId);
    if (dagId === undefined || beginMs === undefined || mtimeMs < beginMs) return undefined;
    if (runId !== undefined) return runs.has(key(dagId, runId));
    // A day alone is that of several runs.
    const dateMs = date?.includes('T') === true ? Date.parse(date) : Number.NaN;
    return Number.isNaN(dateMs) ? undefined : dates.has(key(dagId, dateMs));
  };
}
