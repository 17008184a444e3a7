import type {Keymap} from '../../components/keys/keymap.ts';
import {moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import type {Console} from '../../src/console.ts';
import type {AppStore} from '../app-store.ts';
import {filterCommand} from '../filter-command.ts';
import type {LogsStore} from './logs-store.ts';

export type LogsContext = TableContext & {
  readonly app: AppStore;
  readonly console: Console;
  readonly store: LogsStore;
};

/** The host that is shown. */
const shownHost = ({console, store}: LogsContext) =>
  console.hosts[store.host.getState() % Math.max(1, console.hosts.length)]?.host;

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
    {
      id: 'logs.clean-up',
      keys: ['C'],
      label: 'clean up',
      help: 'Delete logs by a rule, with a form that tells what it would take',
      proposes: true,
      unavailable: context =>
        context.console.runner.busy() ?? (shownHost(context) === undefined ? 'The profile names no host' : undefined),
      run: context => {
        const host = shownHost(context);
        if (host !== undefined) context.app.cleanUp.setState({host: host.name, isFull: false}, true);
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
