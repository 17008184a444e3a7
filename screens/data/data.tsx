import {Box} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import {type Size, useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {useLive} from '../use-live.ts';
import {emptyWords, listNote, WithProblem} from '../with-problem.tsx';
import {dataKeymap} from './data-keys.ts';
import {createDataStore} from './data-store.ts';
import {VariableDialog} from './variable-dialog.tsx';

/** Screen 5: the variables of Airflow's database, their values masked. */
export function Data(): ReactNode {
  const {console, app, ascii} = useShell();
  const body = useBody();
  const nowMs = useNow();
  const [store] = useState(createDataStore);
  const dialog = useStore(store.dialog);
  const revealed = useStore(store.revealed);
  const seen = useLive(console.live, console.queries.variables);
  const rows = useMemo(
    () => (seen.value?.items ?? []).map(variable => ({variable, revealed: revealed.has(variable.key)})),
    [seen.value, revealed],
  );
  useLayoutEffect(() => store.variables.setRows(rows), [store, rows]);
  const reveal = {console, store, say: app.say};
  useKeymap(dataKeymap, {...reveal, table: store.variables}, {rank: ranks.screen});
  const leave = () => store.dialog.setState({at: 'none'}, true);
  const list: Size = {columns: body.columns, rows: dialog.at === 'filter' ? body.rows - 1 : body.rows};
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <WithProblem seen={seen} body={list}>
        {height => (
          <Table
            table={store.variables}
            width={body.columns}
            height={height}
            noun={{one: 'variable', many: 'variables'}}
            note={listNote(seen, nowMs)}
            ascii={ascii}
            empty={emptyWords(seen, 'Asking for the variables …', 'Airflow has no variable in its database.')}
          />
        )}
      </WithProblem>
      {dialog.at === 'filter' && <FilterLine field={dialog.field} columns={body.columns} onLeave={leave} />}
      {dialog.at === 'variable' && (
        <VariableDialog
          variable={rows.find(({variable}) => variable.key === dialog.key)?.variable}
          name={dialog.key}
          reveal={reveal}
          body={body}
          onLeave={leave}
        />
      )}
    </Box>
  );
}
