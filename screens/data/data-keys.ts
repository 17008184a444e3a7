import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import {filterCommand} from '../filter-command.ts';
import {flipReveal, nothingToReveal, type RevealContext} from './reveal.ts';

export type DataContext = TableContext & RevealContext;

export const dataKeymap: Keymap<DataContext> = {
  title: 'Data',
  commands: [
    {
      id: 'data.open',
      keys: ['enter'],
      label: 'open',
      help: 'The variable whole: its description, and its value when it is revealed',
      unavailable: ({store}) => (store.variables.row() === undefined ? 'No variable is listed' : undefined),
      run: ({store}) => {
        const row = store.variables.row();
        if (row !== undefined) store.dialog.setState({at: 'variable', key: row.variable.key}, true);
      },
    },
    {
      id: 'data.reveal',
      keys: ['r'],
      label: 'reveal',
      help: 'Show the value, which the activity records, or mask it again',
      unavailable: ({store}) => nothingToReveal(store.variables.row()?.variable),
      run: context => {
        const row = context.store.variables.row();
        if (row !== undefined) flipReveal(context, row.variable);
      },
    },
    filterCommand('data.filter'),
    {
      id: 'data.back',
      keys: ['esc', 'q'],
      label: 'back',
      help: 'Clear the filter',
      unavailable: ({table}) => (table.state.getState().filter.text === '' ? 'There is nothing to leave' : undefined),
      run: ({table}) => table.setFilter(''),
    },
    ...moveCommands,
    ...sortCommands,
  ],
};
