import {Box, Text} from 'ink';
import {type ReactNode, useEffect, useLayoutEffect, useState} from 'react';
import {useStore} from 'zustand';
import {ranks, useKeymap} from '../../components/keys/keyboard.tsx';
import {Table} from '../../components/table/table.tsx';
import type {TableStore} from '../../components/table/table-store.ts';
import {archivedLog, titleOf} from '../../src/logs/archive/archived-log.ts';
import type {Archives} from '../../src/logs/archive/browse.ts';
import type {ArchiveIndex} from '../../src/logs/archive/index-file.ts';
import {expectProblem, type Problem} from '../../src/problems/problem.ts';
import {useBody, useShell} from '../context.tsx';
import {FilterLine} from '../filter-line.tsx';
import {ProblemLines, problemLines} from '../problem-lines.tsx';
import {Reader} from '../reader/reader.tsx';
import {archiveKeymap} from './archive-keys.ts';
import {type ArchiveStore, createArchiveStore, ownerOf} from './archive-store.ts';

type ArchiveViewProps = {readonly host: string; readonly onLeave: () => void};

/** What was archived of a host: the archives, the logs in one, a log. */
export function ArchiveView({host, onLeave}: ArchiveViewProps): ReactNode {
  const body = useBody();
  const [store] = useState(createArchiveStore);
  const {archives, index, problem, asking} = useArchives(host, store);
  const inside = useStore(store.inside);
  const reading = useStore(store.reading);
  if (reading !== undefined && inside !== undefined && index !== undefined && archives !== undefined) {
    const subject = {
      key: `${inside.name} ${reading.path}`,
      title: titleOf(reading),
      open: () => archivedLog(archives, inside.name, index, reading),
    };
    return <Reader subject={subject} body={body} onLeave={() => store.reading.setState(undefined, true)} />;
  }
  return <Lists {...{host, store, onLeave, problem, asking}} where={archives?.where ?? ''} />;
}

type ListsProps = ArchiveViewProps & {
  readonly store: ArchiveStore;
  readonly where: string;
  readonly problem: Problem | undefined;
  readonly asking: boolean;
};

function Lists({host, store, where, problem, asking, onLeave}: ListsProps): ReactNode {
  const {ascii} = useShell();
  const body = useBody();
  const dialog = useStore(store.dialog);
  const inside = useStore(store.inside);
  // biome-ignore lint/suspicious/noExplicitAny: what is drawn does not care what the rows are
  const table: TableStore<any> = inside === undefined ? store.archives : store.files;
  useKeymap(archiveKeymap, {store, table, onLeave}, {rank: ranks.screen});
  const problemText = problem === undefined ? [] : problemLines(problem, body.columns);
  const title =
    inside === undefined ? `Archived of ${host} in ${where}` : `${ownerOf(inside)}, written on ${inside.day}`;
  const nothing =
    inside === undefined ? 'Nothing was archived yet: A on the list of logs does it.' : 'The archive is empty.';
  return (
    <Box flexDirection="column" width={body.columns} height={body.rows} overflow="hidden">
      <Text bold wrap="truncate">
        {`   ${title}`}
      </Text>
      <Table
        table={table}
        width={body.columns}
        height={body.rows - 1 - problemText.length - (dialog.at === 'filter' ? 1 : 0)}
        noun={inside === undefined ? {one: 'archive', many: 'archives'} : {one: 'log', many: 'logs'}}
        ascii={ascii}
        empty={asking ? 'Looking into the archive …' : problem === undefined ? nothing : 'Not known.'}
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

type Shown = {
  readonly archives: Archives | undefined;
  /** Of the archive that somebody went into. */
  readonly index: ArchiveIndex | undefined;
  readonly problem: Problem | undefined;
  readonly asking: boolean;
};

/** Lists the archives while they are shown, and looks into the one that somebody goes into. */
function useArchives(host: string, store: ArchiveStore): Shown {
  const {console} = useShell();
  const [archives, setArchives] = useState<Archives>();
  const [index, setIndex] = useState<ArchiveIndex>();
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(true);
  const inside = useStore(store.inside);
  useEffect(() => {
    const opened = console.archives(host);
    setArchives(opened);
    return () => opened.close();
  }, [console, host]);
  useEffect(() => {
    if (archives === undefined) return undefined;
    const abort = new AbortController();
    setAsking(true);
    setProblem(undefined);
    setIndex(undefined);
    const ask = async () => {
      if (inside === undefined) store.archives.setRows(await archives.list({}, abort.signal));
      else setIndex(await archives.look(inside.name, abort.signal));
    };
    ask()
      .catch(error => {
        if (!abort.signal.aborted) setProblem(expectProblem(error));
      })
      .finally(() => {
        if (!abort.signal.aborted) setAsking(false);
      });
    return () => abort.abort();
  }, [archives, inside, store]);
  useLayoutEffect(() => store.files.setRows(index?.entries ?? []), [store, index]);
  return {archives, index, problem, asking};
}
