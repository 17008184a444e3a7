import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import {clip} from '../../components/text/fit.ts';
import {counted} from '../../components/text/words.ts';
import {oneLine} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {ProblemLines, problemLines} from '../problem-lines.tsx';
import {useLive} from '../use-live.ts';
import {configKeymap} from './config-keys.ts';
import {createConfigStore} from './config-store.ts';
import {SettingDialog} from './setting-dialog.tsx';

/** Screen 3: what is set, and who decides it. */
export function Config(): ReactNode {
  const {console, ascii} = useShell();
  const body = useBody();
  const nowMs = useNow();
  const [store] = useState(createConfigStore);
  const dialog = useStore(store.dialog);
  const index = useStore(store.host);
  const host = console.hosts[index % Math.max(1, console.hosts.length)];
  const seen = useLive(console.live, host?.installation);
  const rows = useMemo(() => seen.value?.settings ?? [], [seen.value]);
  useLayoutEffect(() => store.settings.setRows(rows), [store, rows]);
  useKeymap(configKeymap, {console, store, table: store.settings}, {rank: ranks.screen});
  const leave = () => store.dialog.setState({at: 'none'}, true);
  const found = seen.value;
  const problems = [seen.problem, ...(found?.problems ?? [])].filter(problem => problem !== undefined);
  const issues = found?.document?.issues.length ?? 0;
  const problemText = problems.flatMap(problem => problemLines(problem, body.columns)).slice(0, 6);
  const height = body.rows - 1 - problemText.length - (dialog.at === 'filter' ? 1 : 0);
  const where = found === undefined ? (host?.host.name ?? '') : `${found.host}  ${found.configPath}`;
  const several = console.hosts.length > 1 ? '   Tab: next host' : '';
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Text bold wrap="truncate">
        {clip(
          `   ${oneLine(where)}${issues === 0 ? '' : `   ${counted(issues, {one: 'remark', many: 'remarks'})} on the file: Enter`}${several}`,
          body.columns,
        )}
      </Text>
      <Table
        table={store.settings}
        width={body.columns}
        height={height}
        noun={{one: 'setting', many: 'settings'}}
        note={seen.atMs === undefined ? '' : `defaults are not listed · ${age(Math.max(0, nowMs - seen.atMs))} old`}
        sign={setting => (setting.ignored === undefined ? undefined : {text: '!', colour: 'yellow'})}
        ascii={ascii}
        empty={
          host === undefined
            ? 'The profile names no host.'
            : problems.length > 0
              ? 'Nothing was read.'
              : 'Reading airflow.cfg …'
        }
      />
      <ProblemLines lines={problemText} />
      {dialog.at === 'filter' && <FilterLine field={dialog.field} columns={body.columns} onLeave={leave} />}
      {dialog.at === 'setting' && found !== undefined && (
        <SettingDialog setting={dialog.setting} installation={found} body={body} onLeave={leave} />
      )}
    </Box>
  );
}
