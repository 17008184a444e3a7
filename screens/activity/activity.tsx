import {Box} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import {useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {useCopy} from '../use-copy.ts';
import {activityKeymap} from './activity-keys.ts';
import {createActivityStore} from './activity-store.ts';
import {EntryDialog} from './entry-dialog.tsx';
import {type Look, rowsOf} from './rows.ts';

/** Screen 7: what windsock asked and ran. Looks at the record once a second, and only while it is shown. */
export function Activity(): ReactNode {
  const {console, ascii} = useShell();
  const body = useBody();
  const nowMs = useNow();
  const copy = useCopy();
  const [store] = useState(createActivityStore);
  const dialog = useStore(store.dialog);
  const look = useStore(store.look);
  const {record} = console.activity;
  const rows = useMemo(() => rowsOf(record.entries(), look, nowMs), [record, look, nowMs]);
  useLayoutEffect(() => store.table.setRows(rows), [store, rows]);
  const {table} = store;
  useKeymap(activityKeymap, {console, store, table, copy, entry: () => table.row()?.entry}, {rank: ranks.screen});
  const leave = () => store.dialog.setState({at: 'none'}, true);
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Table
        table={table}
        width={body.columns}
        height={body.rows - (dialog.at === 'filter' ? 1 : 0)}
        noun={{one: 'entry', many: 'entries'}}
        note={noteOf(look)}
        sign={({entry}) => (entry.changes ? {text: '!', colour: 'yellow'} : undefined)}
        ascii={ascii}
        empty={look.changesOnly ? 'Nothing was changed since windsock was started.' : 'Nothing was asked yet.'}
      />
      {dialog.at === 'filter' && <FilterLine field={dialog.field} columns={body.columns} onLeave={leave} />}
      {dialog.at === 'entry' && (
        <EntryDialog
          row={rows.find(({id, entry}) => id === dialog.row.id || entry.id === dialog.row.entry.id) ?? dialog.row}
          body={body}
          onLeave={leave}
        />
      )}
    </Box>
  );
}

function noteOf({repeats, changesOnly}: Look): string {
  if (changesOnly) return 'changes only';
  return repeats ? 'each time in a line of its own' : 'what is asked again and again is one line';
}
