import type {Command, Keymap} from '../../components/keys/keymap.ts';
import {markCommands, moveCommands, sortCommands, type TableContext} from '../../components/table/table-keys.ts';
import type {Console} from '../../src/console.ts';
import {storeText} from '../../src/store/address.ts';
import type {AppStore} from '../app-store.ts';
import {filterCommand} from '../filter-command.ts';
import type {CleanWish} from './clean-wish.ts';
import {clearMarks, type LogsStore, type LogsView, markedPaths, tableOf, views} from './logs-store.ts';
import {type FileGoal, type Goal, ownerOf} from './rows.ts';

export type LogsContext = TableContext & {
  readonly app: AppStore;
  readonly console: Console;
  readonly store: LogsStore;
};

/** The host whose logs are shown. */
const hostOf = (console: Console, {host}: LogsStore) =>
  console.hosts[host.getState() % Math.max(1, console.hosts.length)];

const shownHost = ({console, store}: LogsContext) => hostOf(console, store)?.host;

const view = (key: string, to: LogsView, label: string, help: string): Command<LogsContext> => ({
  id: `logs.${to}`,
  keys: [key],
  label,
  help,
  quiet: true,
  run: ({store}) => show(store, to),
});

/** Leaves the folders that somebody went into. */
function show({view, levels}: LogsStore, to: LogsView): void {
  levels.setState([], true);
  view.setState(to, true);
}

function step({view}: LogsStore, by: 1 | -1): LogsView {
  const place = views.indexOf(view.getState());
  return views[(place + by + views.length) % views.length] ?? 'classes';
}

/** Of the row under the cursor. */
function goalOf({table}: TableContext): Goal | undefined {
  const row: {readonly goal?: Goal} | undefined = table.row();
  return row?.goal;
}

function read(context: LogsContext, {path}: FileGoal): void {
  const host = shownHost(context);
  if (host !== undefined) context.store.reading.setState({host: host.name, path}, true);
}

/** The row of journald among the classes. */
function isJournal({store, table}: LogsContext): boolean {
  const row: {readonly id?: string} | undefined = table.row();
  return tableOf(store) === store.tables.classes && row?.id === 'journal';
}

const cannotPropose = (context: LogsContext): string | undefined =>
  context.console.runner.busy() ?? (shownHost(context) === undefined ? 'The profile names no host' : undefined);

/** The DAG under the cursor, or into which somebody went. */
function dagOf({store, table}: LogsContext): string | undefined {
  const row: {readonly dagId?: string} | undefined = table.row();
  return row?.dagId ?? ownerOf(store.levels.getState().at(-1)?.place)?.dagId;
}

/** What is marked, or else the DAG where the cursor is. */
function chosenOf(context: LogsContext): Pick<CleanWish, 'folder' | 'under' | 'dagId'> {
  const under = markedPaths(context.store);
  const folder = folderOf(context, under);
  const dagId = under.length > 0 ? undefined : dagOf(context);
  return {
    ...(folder === undefined ? {} : {folder}),
    ...(dagId === undefined ? {} : {dagId}),
    ...(under.length === 0 ? {} : {under}),
  };
}

/** The log folder of what is marked, or else of what is under the cursor or around it. */
function folderOf(context: LogsContext, marked: readonly string[]): string | undefined {
  const {console, store} = context;
  const host = hostOf(console, store);
  const roots = host === undefined ? [] : (console.live.peek(host.usage)?.value?.roots ?? []);
  const goal = goalOf(context);
  const [path = goal?.at === 'file' ? goal.path : undefined] = marked;
  if (path !== undefined) return roots.find(root => path.startsWith(`${root.replace(/\/+$/, '')}/`));
  return goal?.at === 'folder' ? goal.place.root : store.levels.getState().at(-1)?.place.root;
}

const isScanning = ({console, store}: LogsContext): boolean => {
  const host = hostOf(console, store);
  const level = store.levels.getState().at(-1);
  if (host === undefined) return false;
  const {live} = console;
  return (level === undefined ? live.peek(host.usage) : live.peek(host.folder(level.place)))?.asking === true;
};

export const logsKeymap: Keymap<LogsContext> = {
  title: 'Logs',
  commands: [
    {
      id: 'logs.open',
      keys: ['enter'],
      label: 'open',
      help: 'Go into the class, DAG or folder; read the file',
      unavailable: context => (goalOf(context) === undefined ? 'Nothing is below this' : undefined),
      run: context => {
        const {store, table} = context;
        const goal = goalOf(context);
        if (goal?.at === 'dags') show(store, 'dags');
        else if (goal?.at === 'file') read(context, goal);
        else if (goal !== undefined) {
          const from = table.rowId(table.row());
          store.levels.setState(levels => [...levels, {...goal, from}], true);
        }
      },
    },
    {
      id: 'logs.read',
      keys: ['l'],
      label: 'log',
      help: 'Read the file under the cursor',
      quiet: true,
      unavailable: context => (goalOf(context)?.at === 'file' ? undefined : 'This is no file: Enter goes into it'),
      run: context => {
        const goal = goalOf(context);
        if (goal?.at === 'file') read(context, goal);
      },
    },
    {
      id: 'logs.back',
      keys: ['esc', 'q', 'backspace'],
      label: 'back',
      help: 'Clear the filter, come out of the folder, clear the marks',
      unavailable: ({store, table}) =>
        table.state.getState().filter.text === '' &&
        store.levels.getState().length === 0 &&
        markedPaths(store).length === 0
          ? 'There is nothing to leave'
          : undefined,
      run: ({store, table}) => {
        const levels = store.levels.getState();
        if (table.state.getState().filter.text !== '') table.setFilter('');
        else if (levels.length > 0) {
          store.comeBack.setState(levels.at(-1)?.from, true);
          store.levels.setState(levels.slice(0, -1), true);
        } else clearMarks(store);
      },
    },
    {
      id: 'logs.view',
      keys: ['tab'],
      label: 'view',
      help: 'By class, by DAG, by age, the largest files, the newest, what is odd',
      run: ({store}) => show(store, step(store, 1)),
    },
    {
      id: 'logs.view-before',
      keys: ['shift+tab'],
      label: 'view before',
      help: 'The view before',
      quiet: true,
      run: ({store}) => show(store, step(store, -1)),
    },
    view('c', 'classes', 'classes', 'By class'),
    view('d', 'dags', 'DAGs', 'By DAG'),
    view('o', 'ages', 'ages', 'By how old the files are'),
    view('f', 'largest', 'largest', 'The largest files'),
    view('n', 'newest', 'newest', 'The newest files'),
    view('p', 'odd', 'odd', 'What may not be read, is held open or is empty'),
    {
      id: 'logs.stop',
      keys: ['ctrl+c'],
      label: 'stop',
      help: 'Stop the scan, and keep what it found',
      unavailable: context => (isScanning(context) ? undefined : 'No scan runs'),
      run: ({console, store}) => hostOf(console, store)?.stopScans(),
    },
    {
      id: 'logs.scan',
      keys: ['s'],
      label: 'scan again',
      help: 'Walk the log folder again',
      run: ({console}) => {
        void console.live.touch(['usage', 'folder', 'facts', 'volumes']);
      },
    },
    {
      id: 'logs.host',
      keys: ['h'],
      label: 'next host',
      help: 'The logs of the next host',
      unavailable: ({console}) => (console.hosts.length > 1 ? undefined : 'The profile names one host'),
      run: ({store}) => {
        store.levels.setState([], true);
        store.host.setState(index => index + 1, true);
      },
    },
    {
      id: 'logs.clean-up',
      keys: ['C'],
      label: 'clean up',
      help: 'Delete logs by a rule, or the marked ones, with a form that tells what it would take',
      proposes: true,
      unavailable: cannotPropose,
      run: context => {
        const host = shownHost(context);
        if (host === undefined) return;
        const journal = isJournal(context) ? {journal: true as const} : {};
        context.app.cleanUp.setState({host: host.name, isFull: false, ...chosenOf(context), ...journal}, true);
      },
    },
    {
      id: 'logs.archive',
      keys: ['A'],
      label: 'archive',
      help: 'Move to an archive what a clean-up would delete, with the same form',
      proposes: true,
      unavailable: cannotPropose,
      run: context => {
        const host = shownHost(context);
        if (host === undefined) return;
        const {archive} = context.console.profile;
        const into = archive === undefined ? '' : storeText(archive);
        context.app.cleanUp.setState({host: host.name, isFull: false, into, ...chosenOf(context)}, true);
      },
    },
    {
      id: 'logs.archives',
      keys: ['i'],
      label: 'in the archive',
      help: 'What was archived of this host, and the logs in it',
      quiet: true,
      unavailable: context =>
        context.console.profile.archive === undefined
          ? 'The profile names no archive: archive = /FOLDER, host:/FOLDER or s3://…'
          : shownHost(context) === undefined
            ? 'The profile names no host'
            : undefined,
      run: context => {
        const host = shownHost(context);
        if (host !== undefined) context.store.archives.setState(host.name, true);
      },
    },
    {
      id: 'logs.every-day',
      keys: ['N'],
      label: 'every day',
      help: 'Propose a clean-up that runs by itself every day: a DAG, a timer, a cron line, logrotate',
      proposes: true,
      unavailable: cannotPropose,
      run: context => context.app.everyDay.setState(shownHost(context)?.name, true),
    },
    filterCommand('logs.filter'),
    ...markCommands.map(
      (command): Command<LogsContext> => ({
        ...command,
        unavailable: ({store}) => {
          const at = store.levels.getState().length > 0 ? 'folder' : store.view.getState();
          return at === 'classes' || at === 'ages' || at === 'odd'
            ? 'DAGs, folders and files can be marked'
            : undefined;
        },
      }),
    ),
    ...moveCommands,
    ...sortCommands,
  ],
};
