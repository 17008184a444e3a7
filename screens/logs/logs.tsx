import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import type {Noun} from '../../components/table/summary.ts';
import {Table} from '../../components/table/table.tsx';
import type {TableStore} from '../../components/table/table-store.ts';
import {clip, widthOf} from '../../components/text/fit.ts';
import type {FolderPlace, HostQueries, LogUsage} from '../../src/live/host-queries.ts';
import type {Seen} from '../../src/live/live.ts';
import {growthByAges} from '../../src/logs/growth.ts';
import type {KnownNames} from '../../src/logs/known-dags.ts';
import type {KnownDags} from '../../src/logs/views.ts';
import type {Volume} from '../../src/logs/volumes.ts';
import {useBody, useNow, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {ProblemLines, problemLines} from '../problem-lines.tsx';
import {Reader} from '../reader/reader.tsx';
import {fileSubject} from '../reader/subjects.ts';
import {useLive, useLiveAll} from '../use-live.ts';
import {ArchiveView} from './archive-view.tsx';
import {logsKeymap} from './logs-keys.ts';
import {createLogsStore, type LogsStore, type LogsView, markedPaths, tableOf} from './logs-store.ts';
import {ownerOf, shownAges, shownClasses, shownDags, shownFiles, shownFolder, shownOddities, titleOf} from './rows.ts';
import {scanLine} from './scan-line.ts';
import {usageColumns} from './usage-columns.ts';
import {volumeColumns} from './volume-columns.ts';

const nouns: Readonly<Record<LogsView | 'folder', Noun>> = {
  classes: {one: 'class', many: 'classes'},
  dags: {one: 'DAG', many: 'DAGs'},
  ages: {one: 'age', many: 'ages'},
  largest: {one: 'file', many: 'files'},
  newest: {one: 'file', many: 'files'},
  odd: {one: 'thing', many: 'things'},
  folder: {one: 'entry', many: 'entries'},
};

/** Screen 4: what fills the log folders, or the file that is read, or what was archived. */
export function Logs(): ReactNode {
  const {console} = useShell();
  const body = useBody();
  const [store] = useState(createLogsStore);
  const reading = useStore(store.reading);
  const archives = useStore(store.archives);
  if (archives !== undefined) {
    return <ArchiveView host={archives} onLeave={() => store.archives.setState(undefined, true)} />;
  }
  if (reading === undefined) return <Folders store={store} />;
  const subject = fileSubject(console, reading.host, reading.path);
  return <Reader subject={subject} body={body} onLeave={() => store.reading.setState(undefined, true)} />;
}

/** The volumes of all hosts, and what fills the log folders of one. */
function Folders({store}: {readonly store: LogsStore}): ReactNode {
  const {app, console, ascii} = useShell();
  const body = useBody();
  const nowMs = useNow();
  const dialog = useStore(store.dialog);
  const view = useStore(store.view);
  const levels = useStore(store.levels);
  const index = useStore(store.host);
  const host = console.hosts[index % Math.max(1, console.hosts.length)];
  const level = levels.at(-1);
  const usage = useLive(console.live, host?.usage);
  const folder = useLive(console.live, level === undefined ? undefined : host?.folder(level.place));
  const allDags = useLive(console.live, console.hasApi ? console.queries.allDags : undefined);
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000;
  const look = useMemo(() => ({nowMs: minuteMs, ascii}), [minuteMs, ascii]);
  const volumes = useVolumes(store, console.hosts, usage.value, host);
  const known = allDags.value !== undefined && 'ids' in allDags.value ? allDags.value.ids : undefined;

  const names = useKnownNames(known, level?.place);

  useLayoutEffect(() => {
    const found = usage.value;
    const {tables} = store;
    if (found === undefined) {
      for (const table of Object.values(tables)) table.setRows([]);
      return;
    }
    if (view === 'classes') tables.classes.setRows(shownClasses(found, known, look));
    else if (view === 'dags') tables.dags.setRows(shownDags(found, known, look));
    else if (view === 'ages') tables.ages.setRows(shownAges(found, look));
    else if (view === 'odd') tables.odd.setRows(shownOddities(found));
    else tables[view].setRows(shownFiles(found, found[view], look));
  }, [store, usage.value, view, known, look]);
  useLayoutEffect(() => {
    const rows = folder.value === undefined ? [] : shownFolder(folder.value, names, look);
    // The names of runs are long: a word beside the bar has its room only where there is one.
    const notes = rows.some(({note}) => note !== '');
    store.folder.setColumns(usageColumns(titleOf(folder.value?.entries ?? []), notes));
    store.folder.setRows(rows);
  }, [store, folder.value, names, look]);
  useLayoutEffect(() => {
    // Where somebody came out of: the row may come a moment later.
    const from = store.comeBack.getState();
    if (from !== undefined && tableOf(store).moveToId(from)) store.comeBack.setState(undefined, true);
  });

  const at = level === undefined ? view : 'folder';
  // biome-ignore lint/suspicious/noExplicitAny: what is drawn does not care what the rows are
  const table: TableStore<any> = level === undefined ? store.tables[view] : store.folder;
  useKeymap(logsKeymap, {app, console, store, table}, {rank: ranks.screen});
  useStore(table.state, ({marks}) => marks);
  const shown: Seen<LogUsage | NonNullable<typeof folder.value>> = level === undefined ? usage : folder;
  const problem = volumes.problem ?? shown.problem;
  const problemText = problem === undefined ? [] : problemLines(problem, body.columns);
  const volumeLines = Math.min(Math.max(2, volumes.count + 1), Math.max(3, Math.floor(body.rows / 3)));
  const height = body.rows - volumeLines - 2 - problemText.length - (dialog.at === 'filter' ? 1 : 0);
  const [left, right] = scanLine(
    {
      usage: shown.value,
      atMs: shown.atMs,
      asking: shown.asking,
      place: placeText(usage.value, levels),
      host: console.hosts.length > 1 ? host?.host.name : undefined,
      marks: markedPaths(store).length,
    },
    nowMs,
  );
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
        {twoSides(`   ${left}`, right, body.columns)}
      </Text>
      <Table
        table={table}
        width={body.columns}
        height={height}
        noun={nouns[at]}
        ascii={ascii}
        note={noteOf(at, allDags.value)}
        empty={
          shown.value === undefined
            ? shown.problem === undefined
              ? 'Nothing was counted yet.'
              : 'Not known.'
            : emptyTexts[at]
        }
      />
      <ProblemLines lines={problemText} />
      {dialog.at === 'filter' && (
        <FilterLine
          field={dialog.field}
          columns={body.columns}
          onLeave={() => store.dialog.setState({at: 'none'}, true)}
        />
      )}
    </Box>
  );
}

const emptyTexts: Readonly<Record<LogsView | 'folder', string>> = {
  classes: 'The log folder is empty.',
  dags: 'No task has left a log.',
  ages: 'The log folder is empty.',
  largest: 'The log folder is empty.',
  newest: 'The log folder is empty.',
  odd: 'All folders can be read, none is empty, and no process has a file open that can be seen.',
  folder: 'The folder is empty.',
};

/** Rows of all hosts. What grows is told from the ages of the logs until the volume was watched long enough. */
function useVolumes(
  store: LogsStore,
  hosts: readonly HostQueries[],
  usage: LogUsage | undefined,
  shownHost: HostQueries | undefined,
) {
  const {console, ascii} = useShell();
  const seen = useLiveAll(
    console.live,
    hosts.map(({volumes}) => ({query: volumes})),
  );
  const rows = useMemo(() => {
    const holdsLogs = ({host, roles}: Volume) => host === shownHost?.host.name && roles[0] === 'logs';
    return seen
      .flatMap(({value}) => value ?? [])
      .map(volume => ({
        volume,
        growth:
          volume.growth ??
          (usage?.state === 'done' && holdsLogs(volume) ? growthByAges(usage, console.now()) : undefined),
        ascii,
      }));
  }, [seen, usage, shownHost, ascii, console]);
  useLayoutEffect(() => {
    store.volumes.setColumns(hosts.length > 1 ? several : single);
    store.volumes.setRows(rows);
  }, [store, hosts, rows]);
  return {count: rows.length, problem: seen.find(({problem}) => problem !== undefined)?.problem};
}

/** The runs or tasks that Airflow has of what somebody went into. A DAG that it has not is a leftover itself. */
function useKnownNames(known: KnownDags, place: FolderPlace | undefined): KnownNames {
  const {console} = useShell();
  const owner = ownerOf(place);
  const isKnown = owner !== undefined && known?.has(owner.dagId) === true;
  const {knownRuns, knownTasks} = console.queries;
  const query = owner?.runId === undefined ? knownRuns(owner?.dagId ?? '') : knownTasks(owner.dagId, owner.runId);
  return useLive(console.live, isKnown ? query : undefined).value?.names;
}

const several = volumeColumns(false);
const single = volumeColumns(true);

const placeText = (usage: LogUsage | undefined, levels: readonly {readonly title: string}[]): string =>
  levels.length === 0 ? (usage?.roots.join(', ') ?? 'Log folder') : levels.map(({title}) => title).join(' › ');

function noteOf(at: LogsView | 'folder', allDags: object | undefined): string | undefined {
  if ((at !== 'dags' && at !== 'classes') || allDags === undefined || !('why' in allDags)) return undefined;
  return `leftovers are not told: ${String(allDags.why)}`;
}

function twoSides(left: string, right: string, columns: number): string {
  const room = columns - widthOf(right) - (right === '' ? 0 : 2);
  const cut = clip(left, room);
  return right === '' ? cut : `${cut}${' '.repeat(Math.max(0, room - widthOf(cut)))}  ${right}`;
}
