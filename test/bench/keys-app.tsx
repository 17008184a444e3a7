import {Box, render, Text, useInput, useWindowSize} from 'ink';
import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {presses} from '../../components/keys/press.ts';
import type {Column} from '../../components/table/column.ts';
import {Table} from '../../components/table/table.tsx';
import {TableStore} from '../../components/table/table-store.ts';

/** What bench:keys measures: a table of 5,000 rows that fills the screen. */
type Run = {
  readonly dag: string;
  readonly state: string;
  readonly run: string;
  readonly minutes: number;
  readonly owner: string;
};

const columns: readonly Column<Run>[] = [
  {id: 'dag', title: 'DAG', width: {min: 20, ideal: 34}, value: row => row.dag, sort: row => row.dag},
  {
    id: 'state',
    title: 'STATE',
    width: {min: 8, ideal: 10},
    value: row => row.state,
    colour: row => (row.state === 'failed' ? 'red' : row.state === 'success' ? 'green' : 'cyan'),
  },
  {
    id: 'last',
    title: 'LAST RUNS',
    width: {min: 10},
    value: row => '✓✓✖✓●✓✓✖✓✓'.slice(row.minutes % 4),
    signs: {'✓': 'green', '✖': 'red', '●': 'cyan'},
  },
  {id: 'run', title: 'RUN', width: {min: 16, ideal: 36}, value: row => row.run},
  {
    id: 'minutes',
    title: 'MINUTES',
    width: {min: 8},
    align: 'right',
    value: row => String(row.minutes),
    sort: row => row.minutes,
  },
  {id: 'owner', title: 'OWNER', width: {min: 12}, value: row => row.owner, priority: 1},
  {id: 'schedule', title: 'SCHEDULE', width: {min: 20}, value: () => 'every day at 02:00', priority: 2},
  {id: 'tags', title: 'TAGS', width: {min: 24}, value: row => `${row.owner}, nightly, gdpr`, priority: 3},
];

const table = new TableStore<Run>({rowId: row => row.dag, columns});
table.setRows(
  Array.from({length: 5000}, (_, index) => ({
    dag: `etl_${['customers', 'orders', 'billing', 'events'][index % 4]}_${index}`,
    state: ['success', 'failed', 'running'][index % 3] ?? '',
    run: `scheduled__2026-11-${String((index % 28) + 1).padStart(2, '0')}T02:00:00+00:00`,
    minutes: (index * 7) % 180,
    owner: ['data', 'ml', 'finance'][index % 3] ?? '',
  })),
);

const actions: Readonly<Record<string, () => void>> = {
  j: () => table.move(1),
  k: () => table.move(-1),
  g: () => table.moveToFirst(),
  G: () => table.moveToLast(),
  pgdn: () => table.movePages(1),
  space: () => table.flipMark(),
};

function App(): ReactNode {
  const {columns: width, rows: height} = useWindowSize();
  const cursor = useStore(table.state, state => state.cursor);
  useInput((input, key) => {
    for (const press of presses(input, key)) {
      if (press === 'q') process.exit(0);
      actions[press]?.();
    }
  });
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Text wrap="truncate"> windsock bench {cursor + 1}</Text>
      <Text wrap="truncate"> 1 Health 2 DAGs 3 Config 4 Logs</Text>
      <Table table={table} width={width} height={height - 3} noun={{one: 'run', many: 'runs'}} />
      <Text wrap="truncate"> R restart S stop ? help</Text>
    </Box>
  );
}

render(<App />, {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true,
  maxFps: 60,
  patchConsole: false,
  exitOnCtrlC: false,
});
