import {createStore, type StoreApi} from 'zustand/vanilla';
import {TableStore} from '../../components/table/table-store.ts';
import type {Dag, Task} from '../../src/airflow/api.ts';
import type {FilterDialog} from '../filter-command.ts';
import {dagColumns, runColumns, taskColumns} from './columns.ts';
import {type DagRow, type RunRow, type TaskRow, taskName} from './rows.ts';

/** How deep one has gone: DAGs → runs of one → tasks of one run. */
export type DagsView =
  | {readonly at: 'dags'}
  | {readonly at: 'runs'; readonly dagId: string}
  | {readonly at: 'tasks'; readonly dagId: string; readonly runId: string}
  /** The log of a try of a task. */
  | {
      readonly at: 'log';
      readonly dagId: string;
      readonly runId: string;
      readonly task: Task;
      readonly tryNumber: number;
    };

export type DagsDialog =
  | {readonly at: 'none'}
  | FilterDialog
  | {readonly at: 'trigger'; readonly dagId: string}
  | {readonly at: 'import-errors'};

/** What the DAGs screen shows and where its cursors are. */
export type DagsStore = {
  readonly dags: TableStore<DagRow>;
  readonly runs: TableStore<RunRow>;
  readonly tasks: TableStore<TaskRow>;
  readonly view: StoreApi<DagsView>;
  readonly dialog: StoreApi<DagsDialog>;
};

export function createDagsStore(ascii: boolean): DagsStore {
  return {
    dags: new TableStore<DagRow>({
      rowId: ({dag}) => dag.id,
      columns: dagColumns(ascii),
      sort: {column: 'dag', direction: 'up'},
    }),
    runs: new TableStore<RunRow>({rowId: ({run}) => run.id, columns: runColumns(ascii)}),
    tasks: new TableStore<TaskRow>({rowId: ({task}) => taskName(task), columns: taskColumns}),
    view: createStore<DagsView>(() => ({at: 'dags'})),
    dialog: createStore<DagsDialog>(() => ({at: 'none'})),
  };
}

/** The DAGs that a key acts on, whatever the view: the marked ones, the one under the cursor, the one that was opened. */
export function chosenDags(store: DagsStore): {readonly dags: readonly Dag[]; readonly hidden: number} {
  const view = store.view.getState();
  if (view.at === 'dags') {
    const {rows, hidden} = store.dags.chosen();
    return {dags: rows.map(({dag}) => dag), hidden};
  }
  const opened = store.dags.state.getState().rows.find(({dag}) => dag.id === view.dagId);
  return {dags: opened === undefined ? [] : [opened.dag], hidden: 0};
}

export function currentDagId(store: DagsStore): string | undefined {
  const view = store.view.getState();
  return view.at === 'dags' ? store.dags.row()?.dag.id : view.dagId;
}

/** One view deeper. It begins empty: what was listed before belongs to another DAG or run. */
export function open(store: DagsStore, view: Extract<DagsView, {at: 'runs' | 'tasks'}>): void {
  const list = view.at === 'runs' ? store.runs : store.tasks;
  list.setRows([]);
  list.setFilter('');
  store.view.setState(view, true);
}

/** The log of a task, by its last try or another. */
export function openLog(store: DagsStore, task: Task, tryNumber = Math.max(1, task.tryNumber)): void {
  const {dagId, runId} = task;
  store.view.setState({at: 'log', dagId, runId, task, tryNumber}, true);
}

/** One view back. False at the first. */
export function back(store: DagsStore): boolean {
  const view = store.view.getState();
  if (view.at === 'dags') return false;
  const {dagId} = view;
  if (view.at === 'log') store.view.setState({at: 'tasks', dagId, runId: view.runId}, true);
  else store.view.setState(view.at === 'tasks' ? {at: 'runs', dagId} : {at: 'dags'}, true);
  return true;
}
