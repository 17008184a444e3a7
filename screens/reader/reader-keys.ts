import {FieldStore} from '../../components/field/field-store.ts';
import type {Command, Keymap} from '../../components/keys/keymap.ts';
import type {ReaderStore} from './reader-store.ts';

/** What is typed at the foot of the reader. */
export type ReaderField = {readonly asks: 'search' | 'time' | 'save'; readonly field: FieldStore};

/** The tries of a task; `at` is the one that is shown. */
export type Tries = {readonly at: number; readonly last: number; open(tryNumber: number): void};

export type ReaderContext = {
  readonly reader: () => ReaderStore | undefined;
  readonly tries: () => Tries | undefined;
  /** There is more to read it with. */
  readonly canMerge: () => boolean;
  /** With that, or alone again. */
  readonly merge: () => void;
  readonly ask: (field: ReaderField) => void;
  /** Where the log would be saved. */
  readonly saveName: () => string;
  readonly copy: (text: string) => void;
  readonly leave: () => void;
};

type Run = (reader: ReaderStore, context: ReaderContext) => void;

const notYet = ({reader}: ReaderContext) => (reader() === undefined ? 'The log is not open yet' : undefined);

const act = (keys: Command<ReaderContext>['keys'], id: string, label: string, help: string, run: Run) => ({
  id: `reader.${id}`,
  keys,
  label,
  help,
  unavailable: notYet,
  run: (context: ReaderContext) => {
    const reader = context.reader();
    if (reader !== undefined) run(reader, context);
  },
});

const quiet = (...given: Parameters<typeof act>) => ({...act(...given), quiet: true as const});

const again = (key: string, back: boolean): Command<ReaderContext> => ({
  ...quiet(
    [key],
    back ? 'previous' : 'next',
    back ? 'previous' : 'next',
    `The ${back ? 'match before' : 'next match'}`,
    reader => {
      const {wanted} = reader.state.getState();
      if (wanted !== undefined) reader.search(wanted, back);
    },
  ),
  unavailable: context =>
    notYet(context) ??
    (context.reader()?.state.getState().wanted === undefined ? 'Nothing was searched for: / searches' : undefined),
});

const tryCommand = (key: string, by: -1 | 1): Command<ReaderContext> => ({
  id: by < 0 ? 'reader.try-before' : 'reader.try-after',
  keys: [key],
  label: by < 0 ? 'try before' : 'next try',
  help: `The ${by < 0 ? 'try before' : 'next try'} of the task`,
  quiet: true,
  unavailable: ({tries}) => {
    const all = tries();
    if (all === undefined) return 'Only the log of a task has tries';
    const wanted = all.at + by;
    return wanted < 1 ? 'This is the first try' : wanted > all.last ? 'This is the last try' : undefined;
  },
  run: ({tries}) => {
    const all = tries();
    all?.open(all.at + by);
  },
});

export const readerKeymap: Keymap<ReaderContext> = {
  title: 'Reader',
  commands: [
    act(
      ['/'],
      'search',
      'search',
      'Search on the host for a text or a /regex/; lower case finds upper case, too',
      (reader, {ask}) => {
        const {wanted} = reader.state.getState();
        const before =
          wanted === undefined || wanted === 'error' ? '' : wanted.isRegex ? `/${wanted.text}/` : wanted.text;
        ask({asks: 'search', field: new FieldStore(before)});
      },
    ),
    again('n', false),
    again('N', true),
    act(['e'], 'error', 'error', 'The next error', reader => reader.search('error', false)),
    quiet(['E'], 'error-before', 'error before', 'The error before', reader => reader.search('error', true)),
    act(['f'], 'follow', 'follow', 'Stay at the newest line, or stop doing so', reader => reader.follow()),
    act(['o'], 'level', 'only errors', 'All lines, only warnings and errors, only errors', reader =>
      reader.nextLevel(),
    ),
    act(['t'], 'time', 'time', 'Go to a time (14:05, 2026-11-22 14:05, -2h) or a line (1200)', (_, {ask}) =>
      ask({asks: 'time', field: new FieldStore()}),
    ),
    act(['w'], 'wrap', 'wrap', 'Show long lines whole, or cut', reader => reader.toggle('wraps')),
    quiet(['r'], 'raw', 'raw', 'Each line as it was written, or time, level and message', reader =>
      reader.toggle('raw'),
    ),
    act(['s'], 'save', 'save', 'Save the log to a new file on this machine', (_, {ask, saveName}) =>
      ask({asks: 'save', field: new FieldStore(saveName())}),
    ),
    quiet(['y'], 'copy', 'copy', 'Copy the line to the clipboard', (reader, {copy}) => {
      const line = reader.line();
      if (line !== undefined) copy(line.text);
    }),
    {
      id: 'reader.merge',
      keys: ['m'],
      label: 'all units',
      help: 'The journals of all units by time, or only this one',
      unavailable: ({canMerge}) => (canMerge() ? undefined : 'Only journals are read together'),
      run: ({merge}) => merge(),
    },
    tryCommand('left', -1),
    tryCommand('right', 1),
    {
      id: 'reader.back',
      keys: ['esc', 'q'],
      label: 'back',
      help: 'End a search that runs; leave the log',
      run: ({reader, leave}) => {
        if (reader()?.state.getState().busy === undefined || !reader()?.cancel()) leave();
      },
    },
    {
      id: 'reader.cancel',
      keys: ['ctrl+c'],
      label: 'cancel',
      help: 'End a search that runs',
      quiet: true,
      unavailable: ({reader}) => (reader()?.state.getState().busy === undefined ? 'Nothing runs' : undefined),
      run: ({reader}) => {
        reader()?.cancel();
      },
    },
    quiet(['j', 'down'], 'down', 'down', 'A line down', reader => reader.move(1)),
    quiet(['k', 'up'], 'up', 'up', 'A line up', reader => reader.move(-1)),
    quiet(['g', 'home'], 'first', 'first', 'To the first line', reader => reader.first()),
    quiet(['G', 'end'], 'last', 'last', 'To the last line', reader => reader.last()),
    quiet(['pgdn', 'space'], 'page-down', 'page down', 'A page down', reader => reader.movePages(1)),
    quiet(['pgup'], 'page-up', 'page up', 'A page up', reader => reader.movePages(-1)),
    quiet(['ctrl+d'], 'half-down', 'half down', 'Half a page down', reader => reader.movePages(0.5)),
    quiet(['ctrl+u'], 'half-up', 'half up', 'Half a page up', reader => reader.movePages(-0.5)),
  ],
};
