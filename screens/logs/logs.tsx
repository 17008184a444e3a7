import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import {clip} from '../../components/text/fit.ts';
import {bytes, count} from '../../components/text/words.ts';
import type {Usage} from '../../src/logs/usage.ts';
import {oneLine} from '../../src/text.ts';
import {age} from '../../src/words.ts';
import {useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {ProblemLines, problemLines} from '../problem-lines.tsx';
import {useLive} from '../use-live.ts';
import {logsKeymap} from './logs-keys.ts';
import {createLogsStore} from './logs-store.ts';

/** Screen 4: the volumes, and what lies directly in the log folder. */
export function Logs(): ReactNode {
  const {app, console, ascii} = useShell();
  const body = useBody();
  const nowMs = useNow();
  const [store] = useState(createLogsStore);
  const dialog = useStore(store.dialog);
  const index = useStore(store.host);
  const host = console.hosts[index % Math.max(1, console.hosts.length)];
  const volumes = useLive(console.live, host?.volumes);
  const usage = useLive(console.live, host?.usage);
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000;
  const volumeRows = useMemo(() => (volumes.value ?? []).map(volume => ({volume, ascii})), [volumes.value, ascii]);
  const usageRows = useMemo(() => {
    const found = usage.value;
    if (found === undefined) return [];
    return found.entries.map(entry => ({
      entry,
      share: found.bytes === 0 ? 0 : entry.bytes / found.bytes,
      nowMs: minuteMs,
      ascii,
    }));
  }, [usage.value, minuteMs, ascii]);
  useLayoutEffect(() => store.volumes.setRows(volumeRows), [store, volumeRows]);
  useLayoutEffect(() => store.usage.setRows(usageRows), [store, usageRows]);
  useKeymap(logsKeymap, {app, console, store, table: store.usage}, {rank: ranks.screen});
  const problems = [volumes.problem, usage.problem].filter(problem => problem !== undefined);
  const problemText = problems[0] === undefined ? [] : problemLines(problems[0], body.columns);
  const volumeLines = Math.min(Math.max(2, volumeRows.length + 1), 6);
  const height = body.rows - volumeLines - 2 - problemText.length - (dialog.at === 'filter' ? 1 : 0);
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Table
        table={store.volumes}
        width={body.columns}
        height={volumeLines}
        noun={{one: 'volume', many: 'volumes'}}
        focused={false}
        footer={false}
        ascii={ascii}
        empty={
          host === undefined
            ? 'The profile names no host.'
            : volumes.problem === undefined
              ? 'Looking at the volumes …'
              : 'Not known.'
        }
      />
      <Text> </Text>
      <Text bold wrap="truncate">
        {clip(`   ${scanLine(usage.value, nowMs, usage.atMs)}`, body.columns)}
      </Text>
      <Table
        table={store.usage}
        width={body.columns}
        height={height}
        noun={{one: 'folder', many: 'folders'}}
        ascii={ascii}
        empty={
          usage.value !== undefined
            ? 'The log folder is empty.'
            : usage.problem === undefined
              ? 'Nothing was counted yet.'
              : 'Not known.'
        }
      />
      <ProblemLines lines={problemText} />
      {dialog.at === 'filter' && (
        <FilterLine
          field={dialog.field}
          columns={body.columns}
          onLeave={keep => {
            if (!keep) dialog.field.set('');
            store.dialog.setState({at: 'none'}, true);
          }}
        />
      )}
    </Box>
  );
}

function scanLine(usage: Usage | undefined, nowMs: number, atMs: number | undefined): string {
  if (usage === undefined) return 'Log folder';
  const sum = `${count(usage.files)} files, ${bytes(usage.bytes)}`;
  if (!usage.done) return `${oneLine(usage.root)}   scanning: ${sum}`;
  const old = atMs === undefined ? '' : `, ${age(Math.max(0, nowMs - atMs))} ago`;
  return `${oneLine(usage.root)}   ${sum}, counted in ${age(usage.tookMs ?? 0)}${old}`;
}
