import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import type {Console} from '../../src/console.ts';
import {filterCommand} from '../filter-command.ts';
import type {LogsStore} from './logs-store.ts';

export type LogsContext = TableContext & {readonly console: Console; readonly store: LogsStore};

export const logsKeymap: Keymap<LogsContext> = {
  title: 'Logs',
  commands: [
    {
      id: 'logs.scan',
      keys: ['s'],
      label: 'scan again',
      help: 'Walk the log folder again',
      run: ({console}) => {
        void console.live.touch(['usage', 'facts', 'volumes']);
      },
    },
    filterCommand('logs.filter'),
    {
      id: 'logs.host',
      keys: ['tab'],
      label: 'next host',
      help: 'The volumes and logs of the next host',
      unavailable: ({console}) => (console.hosts.length > 1 ? undefined : 'The profile names one host'),
      run: ({store}) => store.host.setState(index => index + 1, true),
    },
    {
      id: 'logs.back',
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
