import {Box} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import {oneLine} from '../../src/text.ts';
import {type Size, useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {Reader} from '../reader/reader.tsx';
import {taskSubject} from '../reader/subjects.ts';
import {useLive} from '../use-live.ts';
import {ageNote, emptyWords, listNote, WithProblem} from '../with-problem.tsx';
import {dagsKeymap} from './dags-keys.ts';
import {back, createDagsStore, type DagsStore, openLog} from './dags-store.ts';
import {ImportErrors} from './import-errors.tsx';
import {TriggerForm} from './trigger-form.tsx';
import {useRecentRuns} from './use-recent-runs.ts';

/** Screen 2: what runs, what ran, what is to run. */
export function Dags(): ReactNode {
  const {console, ascii} = useShell();
  const body = useBody();
  const [store] = useState(() => createDagsStore(ascii));
  const view = useStore(store.view);
  const dialog = useStore(store.dialog);
  const table = view.at === 'dags' ? store.dags : view.at === 'runs' ? store.runs : store.tasks;
  useKeymap(dagsKeymap, {console, store, table}, {rank: ranks.screen});
  const leave = () => store.dialog.setState({at: 'none'}, true);
  const list: Size = {columns: body.columns, rows: dialog.at === 'filter' ? body.rows - 1 : body.rows};
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      {view.at === 'dags' && <DagList store={store} body={list} />}
      {view.at === 'runs' && <RunList store={store} dagId={view.dagId} body={list} />}
      {view.at === 'tasks' && <TaskList store={store} dagId={view.dagId} runId={view.runId} body={list} />}
      {view.at === 'log' && (
        <Reader
          subject={taskSubject(console, view.task, view.tryNumber, tryNumber => openLog(store, view.task, tryNumber))}
          body={list}
          onLeave={() => back(store)}
        />
      )}
      {dialog.at === 'filter' && <FilterLine field={dialog.field} columns={body.columns} onLeave={leave} />}
      {dialog.at === 'trigger' && <TriggerForm dagId={dialog.dagId} body={body} onLeave={leave} />}
      {dialog.at === 'import-errors' && <ImportErrors body={body} onLeave={leave} />}
    </Box>
  );
}

type ListProps = {readonly store: DagsStore; readonly body: Size};

function DagList({store, body}: ListProps): ReactNode {
  const {console, ascii} = useShell();
  const nowMs = useNow();
  const list = useLive(console.live, console.queries.dags);
  const runs = useRecentRuns(store);
  // Ages are coarse here: a new second is no new row.
  const tenSecondsMs = Math.floor(nowMs / 10_000) * 10_000;
  const rows = useMemo(
    () => (list.value?.dags ?? []).map(dag => ({dag, runs: runs.get(dag.id), nowMs: tenSecondsMs})),
    [list.value, runs, tenSecondsMs],
  );
  useLayoutEffect(() => store.dags.setRows(rows), [store, rows]);
  return (
    <WithProblem seen={list} body={body}>
      {height => (
        <Table
          table={store.dags}
          width={body.columns}
          height={height}
          noun={{one: 'DAG', many: 'DAGs'}}
          note={listNote(list, nowMs)}
          ascii={ascii}
          empty={emptyWords(list, 'Asking for the DAGs …', 'Airflow knows no DAG.')}
        />
      )}
    </WithProblem>
  );
}

function RunList({store, dagId, body}: ListProps & {readonly dagId: string}): ReactNode {
  const {console, ascii} = useShell();
  const nowMs = useNow();
  const list = useLive(console.live, console.queries.runs(dagId));
  const rows = useMemo(() => (list.value?.items ?? []).map(run => ({run, nowMs})), [list.value, nowMs]);
  useLayoutEffect(() => store.runs.setRows(rows), [store, rows]);
  const of = list.value === undefined || list.value.total <= rows.length ? '' : `of ${list.value.total} · `;
  return (
    <WithProblem seen={list} body={body} title={oneLine(dagId, 200)}>
      {height => (
        <Table
          table={store.runs}
          width={body.columns}
          height={height}
          noun={{one: 'run', many: 'runs'}}
          note={`${of}${ageNote(list, nowMs)}`}
          ascii={ascii}
          empty={emptyWords(list, 'Asking for the runs …', 'It has never run. T triggers it.')}
        />
      )}
    </WithProblem>
  );
}

function TaskList({
  store,
  dagId,
  runId,
  body,
}: ListProps & {readonly dagId: string; readonly runId: string}): ReactNode {
  const {console, ascii} = useShell();
  const nowMs = useNow();
  const list = useLive(console.live, console.queries.tasks(dagId, runId));
  const run = useLive(console.live, console.queries.run(dagId, runId));
  const rows = useMemo(() => (list.value?.items ?? []).map(task => ({task, nowMs})), [list.value, nowMs]);
  useLayoutEffect(() => store.tasks.setRows(rows), [store, rows]);
  const state = run.value === undefined ? '' : `   ${run.value.state}`;
  return (
    <WithProblem seen={list} body={body} title={`${oneLine(dagId, 100)} / ${oneLine(runId, 100)}${state}`}>
      {height => (
        <Table
          table={store.tasks}
          width={body.columns}
          height={height}
          noun={{one: 'task', many: 'tasks'}}
          note={ageNote(list, nowMs)}
          ascii={ascii}
          empty={emptyWords(list, 'Asking for the tasks …', 'The run has no task.')}
        />
      )}
    </WithProblem>
  );
}
