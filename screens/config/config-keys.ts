import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import type {Console} from '../../src/console.ts';
import {filterCommand} from '../filter-command.ts';
import type {ConfigStore} from './config-store.ts';

export type ConfigContext = TableContext & {readonly console: Console; readonly store: ConfigStore};

export const configKeymap: Keymap<ConfigContext> = {
  title: 'Config',
  commands: [
    {
      id: 'config.open',
      keys: ['enter'],
      label: 'open',
      help: 'The whole value, who decides it, and what it hides',
      unavailable: ({store}) => (store.settings.row() === undefined ? 'No setting is listed' : undefined),
      run: ({store}) => {
        const setting = store.settings.row();
        if (setting !== undefined) store.dialog.setState({at: 'setting', setting}, true);
      },
    },
    filterCommand('config.filter'),
    {
      id: 'config.host',
      keys: ['tab'],
      label: 'next host',
      help: 'The settings of the next host',
      unavailable: ({console}) => (console.hosts.length > 1 ? undefined : 'The profile names one host'),
      run: ({store}) => store.host.setState(index => index + 1, true),
    },
    {
      id: 'config.back',
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
