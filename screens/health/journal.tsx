import {Box, Text} from 'ink';
import {type ReactNode, useEffect, useState} from 'react';
import {useStore} from 'zustand';
import {createStore} from 'zustand/vanilla';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Keymap} from '../../components/keys/keymap.ts';
import type {Column} from '../../components/table/column.ts';
import {Table} from '../../components/table/table.tsx';
import {moveCommands, type TableContext} from '../../components/table/table-keys.ts';
import {TableStore} from '../../components/table/table-store.ts';
import {clip} from '../../components/text/fit.ts';
import {steady} from '../../components/text/steady.ts';
import {expectProblem} from '../../src/problems/problem.ts';
import type {JournalLine} from '../../src/units/journal.ts';
import type {Unit} from '../../src/units/unit.ts';
import {shortName} from '../../src/units/words.ts';
import {type Size, useShell} from '../context.tsx';

/** So many lines are kept: older ones are in the journal itself. */
const keptLines = 5_000;

type Numbered = JournalLine & {readonly id: string};

const columns: readonly Column<Numbered>[] = [
  {id: 'time', title: 'TIME', width: {min: 8}, value: ({atMs}) => new Date(atMs).toTimeString().slice(0, 8)},
  {
    id: 'text',
    title: 'MESSAGE',
    width: {min: 40, grow: 1},
    value: ({text}) => text,
    colour: ({priority}) => (priority <= 3 ? 'red' : priority === 4 ? 'yellow' : undefined),
  },
];

type JournalContext = TableContext & {readonly follow: {getState(): boolean; setState(on: boolean): void}};

export const journalKeymap: Keymap<JournalContext> = {
  title: 'Journal',
  commands: [
    {
      id: 'journal.follow',
      keys: ['f'],
      label: 'follow',
      help: 'Stay at the newest line, or stop doing so',
      run: ({follow, table}) => {
        follow.setState(!follow.getState());
        if (follow.getState()) table.moveToLast();
      },
    },
    ...moveCommands.map(command => ({
      ...command,
      run: (context: JournalContext, pressedAtMs: number) => {
        command.run(context, pressedAtMs);
        const {cursor, view} = context.table.state.getState();
        context.follow.setState(cursor === view.length - 1);
      },
    })),
  ],
};

/** The journal of a unit, followed. */
export function Journal({unit, body}: {readonly unit: Unit; readonly body: Size}): ReactNode {
  const {console, ascii, app} = useShell();
  const [table] = useState(() => new TableStore<Numbered>({rowId: ({id}) => id, columns}));
  const [follow] = useState(() => createStore<boolean>(() => true));
  const following = useStore(follow);
  const [note, setNote] = useState('reading …');
  const key = `${unit.host}/${unit.name}`;
  useKeymap(
    journalKeymap,
    {table, follow: {getState: follow.getState, setState: on => follow.setState(on, true)}},
    {rank: ranks.field},
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the unit is its name
  useEffect(() => {
    const abort = new AbortController();
    void readInto(
      table,
      console.journal(unit, abort.signal, problem => setNote(problem === undefined ? '' : problem.title)),
      () => {
        if (follow.getState()) table.moveToLast();
      },
    ).then(
      () => setNote('ended'),
      error => {
        if (abort.signal.aborted) return;
        const problem = expectProblem(error);
        setNote(problem.title);
        app.say(`${problem.title}: ${problem.detail}`, 'warning');
      },
    );
    setNote('');
    return () => abort.abort();
  }, [key]);
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Text bold wrap="truncate">
        {clip(`   Journal of ${steady(shortName(unit))} on ${unit.host}`, body.columns)}
      </Text>
      <Table
        table={table}
        width={body.columns}
        height={body.rows - 1}
        noun={{one: 'line', many: 'lines'}}
        note={following ? `following ${note}`.trim() : note}
        ascii={ascii}
        empty="No line yet."
      />
    </Box>
  );
}

async function readInto(
  table: TableStore<Numbered>,
  lines: AsyncIterable<JournalLine>,
  onLine: () => void,
): Promise<void> {
  let all: Numbered[] = [];
  let count = 0;
  let waiting = false;
  for await (const line of lines) {
    count += 1;
    all.push({...line, id: String(count)});
    if (all.length > keptLines * 1.2) all = all.slice(-keptLines);
    if (waiting) continue;
    // Many lines that come at once are one frame.
    waiting = true;
    setImmediate(() => {
      waiting = false;
      table.setRows([...all]);
      onLine();
    });
  }
}
