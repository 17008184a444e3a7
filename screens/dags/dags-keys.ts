import type {Keymap} from '../../components/keys/keymap.ts';
import {markCommands, moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import type {Console} from '../../src/console.ts';
import {filterCommand} from '../filter-command.ts';
import {back, chosenDags, currentDagId, type DagsStore, open, openLog} from './dags-store.ts';

export type DagsContext = TableContext & {readonly console: Console; readonly store: DagsStore};

const inList = ({store}: DagsContext) => (store.view.getState().at === 'dags' ? undefined : 'Only in the list of DAGs');

/** What Esc and q undo here, innermost first; undefined when nothing is left to leave. */
function leaving({store, table}: DagsContext): (() => void) | undefined {
  if (table.state.getState().filter.text !== '') return () => table.setFilter('');
  if (store.view.getState().at === 'dags' && store.dags.state.getState().marks.size > 0) {
    return () => store.dags.clearMarks();
  }
  if (store.view.getState().at !== 'dags') {
    return () => {
      back(store);
    };
  }
  return undefined;
}

export const dagsKeymap: Keymap<DagsContext> = {
  title: 'DAGs',
  commands: [
    {
      id: 'dags.trigger',
      keys: ['T'],
      label: 'trigger',
      help: 'Start a run of the DAG, with a form made from its params',
      proposes: true,
      unavailable: ({console, store}) =>
        console.runner.busy() ?? (currentDagId(store) === undefined ? 'No DAG is listed' : undefined),
      run: ({store}) => {
        const dagId = currentDagId(store);
        if (dagId !== undefined) store.dialog.setState({at: 'trigger', dagId}, true);
      },
    },
    {
      id: 'dags.pause',
      keys: ['P'],
      label: 'pause',
      help: 'Pause or unpause the DAG, or the marked ones: all become what the one under the cursor is not',
      proposes: true,
      unavailable: ({console, store}) =>
        console.runner.busy() ?? (chosenDags(store).dags.length === 0 ? 'No DAG is listed' : undefined),
      run: ({console, store}) => {
        const {dags, hidden} = chosenDags(store);
        const current = dags.find(({id}) => id === currentDagId(store)) ?? dags[0];
        if (current === undefined) return;
        void console.runner.propose(console.operations.setPaused(dags, !current.paused, hidden));
      },
    },
    {
      id: 'dags.open',
      keys: ['enter'],
      label: 'runs',
      help: 'Runs of the DAG; tasks of a run; log of a task',
      unavailable: context =>
        context.store.view.getState().at === 'log'
          ? 'This is the last level'
          : context.table.row() === undefined
            ? 'The list is empty'
            : undefined,
      run: ({store}) => {
        const view = store.view.getState();
        if (view.at === 'dags') {
          const row = store.dags.row();
          if (row !== undefined) open(store, {at: 'runs', dagId: row.dag.id});
        } else if (view.at === 'runs') {
          const row = store.runs.row();
          if (row !== undefined) open(store, {at: 'tasks', dagId: view.dagId, runId: row.run.id});
        } else if (view.at === 'tasks') {
          const row = store.tasks.row();
          if (row !== undefined) openLog(store, row.task);
        }
      },
    },
    {
      id: 'dags.log',
      keys: ['l'],
      label: 'log',
      help: 'The log of the task: ← and → show its other tries',
      unavailable: ({store}) =>
        store.view.getState().at !== 'tasks'
          ? 'Only a task of a run has a log: Enter goes there'
          : store.tasks.row() === undefined
            ? 'The list is empty'
            : undefined,
      run: ({store}) => {
        const row = store.tasks.row();
        if (row !== undefined) openLog(store, row.task);
      },
    },
    filterCommand('dags.filter'),
    {
      id: 'dags.import-errors',
      keys: ['i'],
      label: 'import errors',
      help: 'DAG files that cannot be imported, with their tracebacks',
      unavailable: inList,
      run: ({store}) => store.dialog.setState({at: 'import-errors'}, true),
    },
    ...markCommands.map(command => ({...command, unavailable: inList})),
    {
      id: 'dags.back',
      keys: ['esc', 'q'],
      label: 'back',
      help: 'Leave the filter, the marks, the tasks, the runs',
      unavailable: context => (leaving(context) === undefined ? 'There is nothing to leave' : undefined),
      run: context => leaving(context)?.(),
    },
    ...moveCommands,
    ...sortCommands,
  ],
};
