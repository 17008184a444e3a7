import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, type TableContext} from '../../components/table/table-keys.ts';
import {windowsMs} from '../../src/changes/windows.ts';
import {filterCommand} from '../filter-command.ts';
import type {ChangesStore} from './changes-store.ts';

export type ChangesContext = TableContext & {readonly store: ChangesStore; readonly onLeave: () => void};

export const changesKeymap: Keymap<ChangesContext> = {
  title: 'What changed',
  commands: [
    {
      id: 'changes.open',
      keys: ['enter'],
      label: 'open',
      help: 'Each single change of the line, with its time and detail',
      unavailable: ({store}) => (store.entries.row() === undefined ? 'Nothing is listed' : undefined),
      run: ({store}) => {
        const entry = store.entries.row();
        if (entry !== undefined) store.dialog.setState({at: 'entry', entry}, true);
      },
    },
    filterCommand('changes.filter'),
    {
      id: 'changes.window',
      keys: ['d'],
      label: 'how far back',
      help: 'Look back 24 hours, 7 days, 30 days',
      run: ({store}) => store.window.setState(index => (index + 1) % windowsMs.length, true),
    },
    {
      id: 'changes.remarks',
      keys: ['r'],
      label: 'not seen',
      help: 'What could not be found out, and why',
      run: ({store}) => store.dialog.setState({at: 'remarks'}, true),
    },
    {
      id: 'changes.back',
      keys: ['esc', 'q'],
      label: 'back',
      help: 'Clear the filter, then leave',
      run: ({table, onLeave}) => {
        if (table.state.getState().filter.text === '') onLeave();
        else table.setFilter('');
      },
    },
    ...moveCommands,
  ],
};
