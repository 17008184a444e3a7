import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import {filterCommand} from '../filter-command.ts';
import type {ArchiveStore} from './archive-store.ts';

type ArchiveContext = TableContext & {
  readonly store: ArchiveStore;
  readonly onLeave: () => void;
};

/** Goes into the archive, or reads the log. */
function open({store}: ArchiveContext): void {
  if (store.inside.getState() === undefined) {
    const row = store.archives.row();
    if (row !== undefined) store.inside.setState(row, true);
  } else {
    const entry = store.files.row();
    if (entry !== undefined) store.reading.setState(entry, true);
  }
}

export const archiveKeymap: Keymap<ArchiveContext> = {
  title: 'Logs, in the archive',
  commands: [
    {
      id: 'archive.open',
      keys: ['enter', 'l'],
      label: 'open',
      help: 'The logs in the archive; read the log',
      unavailable: ({table}) => (table.row() === undefined ? 'Nothing is here' : undefined),
      run: open,
    },
    {
      id: 'archive.back',
      keys: ['esc', 'q', 'backspace'],
      label: 'back',
      help: 'Clear the filter, come out of the archive, leave the archives',
      run: ({store, table, onLeave}) => {
        if (table.state.getState().filter.text !== '') table.setFilter('');
        else if (store.inside.getState() !== undefined) store.inside.setState(undefined, true);
        else onLeave();
      },
    },
    filterCommand('archive.filter'),
    ...moveCommands,
    ...sortCommands,
  ],
};
