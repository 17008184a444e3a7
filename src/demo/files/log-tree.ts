import {mkdir, utimes, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {chance} from '../world/chance.ts';
import type {DagSpec} from '../world/dag.ts';
import {demoDags} from '../world/dags.ts';
import {type DemoRun, isoOffset} from '../world/run.ts';
import {lastBefore} from '../world/timetable.ts';
import type {World} from '../world/world.ts';
import type {Folder} from './folder.ts';
import {earlierTry, taskLog, taskLogPath} from './task-log.ts';

const DAY = 86_400_000;
/** Old runs that have left a log but no row in the database. */
const OLD_RUNS = 110;
/** A row in the database outlives its log. */
const WITH_LOGS = 6;
const WRITERS = 3;
const OLDEST_DAYS = 412;

type LogFile = {readonly path: string; readonly content: Buffer; readonly writtenAt: number};

/** Writes the log folder, without holding anybody up. Stops when `signal` aborts. */
export async function writeLogTree(world: World, folder: Folder, signal: AbortSignal): Promise<void> {
  const files = logFiles(world, folder);
  const made = new Map<string, Promise<void>>();
  // Never `recursive`: the temporary folder must not come again once it is gone.
  const makeFolder = (path: string): Promise<void> => {
    const known = made.get(path);
    if (known) return known;
    const parent = dirname(path);
    const making = (parent === folder.logs ? Promise.resolve() : makeFolder(parent))
      .then(() => mkdir(path))
      .catch(ignoreExisting);
    made.set(path, making);
    return making;
  };
  const writer = async (): Promise<void> => {
    for (const {path, content, writtenAt} of files) {
      if (signal.aborted) return;
      const full = join(folder.logs, path);
      await makeFolder(dirname(full));
      await writeFile(full, content);
      await utimes(full, writtenAt / 1000, writtenAt / 1000);
    }
  };
  try {
    await Promise.all(Array.from({length: WRITERS}, writer));
  } catch (error) {
    // The folder was removed meanwhile.
    if (!signal.aborted) throw error;
  }
}

/** A task that ran meanwhile has made its own. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function* logFiles(world: World, folder: Folder): Generator<LogFile> {
  for (const runs of Map.groupBy(world.runs.all(), run => run.dagId).values()) {
    for (const run of runs.slice(-WITH_LOGS)) yield* ofRun(run, folder);
  }
  const filling = Buffer.from(line.repeat(600));
  yield* oldRuns(world.startedAt, filling);
  for (let day = 0; day < 45; day++) {
    const at = world.startedAt - day * DAY;
    const date = new Date(at).toISOString().slice(0, 10);
    for (const dag of demoDags.slice(day % 5, (day % 5) + 6)) {
      const size = Math.floor(filling.length * 0.5 * chance(`${date}${dag.file}`));
      yield {
        path: `dag_processor/${date}/dags-folder/${dag.file}.log`,
        content: filling.subarray(0, size),
        writtenAt: at,
      };
    }
  }
}

const line =
  '{"timestamp":"2026-01-01T00:00:00Z","event":"copied a block of rows","level":"info","logger":"task.stdout"}\n';

function* ofRun(run: DemoRun, folder: Folder): Generator<LogFile> {
  for (const task of run.tasks) {
    if (task.tryNumber === 0) continue;
    for (let number = 1; number <= task.tryNumber; number++) {
      const tried = earlierTry(task, number);
      yield {
        path: taskLogPath(run.dagId, run.id, task.taskId, number),
        content: Buffer.from(taskLog(run, tried, folder)),
        writtenAt: tried.endedAt ?? tried.startedAt ?? run.queuedAt,
      };
    }
  }
}

/** Some DAGs write much more than others, and one that was deleted has left its logs. */
function* oldRuns(now: number, filling: Buffer): Generator<LogFile> {
  const big = ['etl_daily', 'crm_sync', 'ml_score', 'dbt_nightly', 'data_quality', 'orders_v1'];
  for (let i = 0; i < OLD_RUNS; i++) {
    const dagId = big[Math.floor(chance(`old ${i}`) * big.length)] ?? 'etl_daily';
    const dag = demoDags.find(({id}) => id === dagId);
    const ageDays = 14 + (OLDEST_DAYS - 14) * chance(`age ${i}`) ** 2;
    const at = runTime(dag, now - ageDays * DAY);
    const task = dag?.tasks[i % dag.tasks.length]?.id ?? 'load';
    const runId = `scheduled__${isoOffset(at)}`;
    for (let attempt = 1; attempt <= 1 + (i % 4); attempt++) {
      const size = Math.floor(filling.length * chance(`size ${i}/${attempt}`) ** 3);
      const path = taskLogPath(dagId, runId, task, attempt);
      yield {path, content: filling.subarray(0, size), writtenAt: at + attempt * 90_000};
    }
  }
}

const runTime = (dag: DagSpec | undefined, at: number): number =>
  (dag && lastBefore(dag.timetable, at)) ?? Math.floor(at / DAY) * DAY;
