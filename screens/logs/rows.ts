import type {HeldFile, NamedFile} from '../../src/host/agent-answers.ts';
import type {FolderPlace, FolderUsage, LogUsage} from '../../src/live/host-queries.ts';
import {folderGrowthSince} from '../../src/logs/kept-scan.ts';
import type {KnownNames} from '../../src/logs/known-dags.ts';
import type {FolderEntry} from '../../src/logs/usage.ts';
import {ageName, className} from '../../src/logs/usage-words.ts';
import {ageRows, type ClassRow, classRows, type DagRow, dagRows, type KnownDags} from '../../src/logs/views.ts';

/** What the rows are drawn with beside what they are. */
export type Look = {readonly nowMs: number; readonly ascii: boolean};

/** Where Enter leads. */
export type Goal =
  | {readonly at: 'dags'}
  | {readonly at: 'folder'; readonly title: string; readonly place: FolderPlace}
  | FileGoal;

/** A file to read, with its whole path. */
export type FileGoal = {readonly at: 'file'; readonly path: string};

/** A class, a DAG, an age, or what is in a folder. `share` of all that is shown, 0 to 1. */
export type UsageRow = Look & {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly apparentBytes: number;
  readonly files: number;
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
  readonly grewBytes: number | undefined;
  readonly share: number;
  readonly note: string;
  readonly goal: Goal | undefined;
  /** Where the row is a DAG. */
  readonly dagId?: string;
};

export type FileRow = Look & {
  readonly id: string;
  readonly path: string;
  /** Without the log folder, where it is clear which. */
  readonly shown: string;
  readonly bytes: number;
  readonly apparentBytes: number;
  readonly mtimeMs: number;
  readonly goal: FileGoal;
};

/** Something that wants a look: a folder that may not be read or is empty, a file that a process has open. */
export type OddRow = {
  readonly id: string;
  readonly what: 'may not be read' | 'empty folder' | 'held open' | 'deleted, still open';
  readonly why: string;
  readonly bytes: number | undefined;
  readonly shown: string;
};

/** A row that stands for paths can be marked, and its mark is found again by them. */
const idOf = (paths: readonly string[]): string => JSON.stringify(paths);

/** The paths of ids that were marked. */
export function pathsOf(ids: Iterable<string>): readonly string[] {
  return [...new Set([...ids].filter(id => id.startsWith('[')).flatMap(id => JSON.parse(id) as string[]))];
}

/** More places are not told of a DAG: a mark on it would stand for some of them. */
const mostPlaces = 10;

const join = (root: string, path: string): string => (path === '' ? root : `${root.replace(/\/+$/, '')}/${path}`);
const part = (bytes: number, whole: number): number => (whole === 0 ? 0 : bytes / whole);

export function shownClasses(found: LogUsage, known: KnownDags, look: Look): readonly UsageRow[] {
  const rows = classRows(found, known);
  const whole = rows.reduce((all, row) => all + row.bytes, 0);
  return rows.map(row => ({
    ...look,
    ...amounts(row),
    id: row.class,
    name: className(row),
    share: part(row.bytes, whole),
    note: noteOf(row),
    goal: goalOf(row),
  }));
}

const noteOf = (row: ClassRow): string => (row.class === 'manager' && row.held ? 'held open' : '');

function goalOf({class: is, entries}: ClassRow): Goal | undefined {
  if (is === 'task' || is === 'leftovers') return {at: 'dags'};
  const [first] = entries;
  if (first === undefined || is === 'journal' || is === 'deleted') return undefined;
  const own = entries.filter(entry => entry.root === first.root);
  // Of what is not understood only that is shown; a class has its folder for itself.
  const place =
    is === 'unknown'
      ? {root: first.root, folders: [''], only: is}
      : {root: first.root, folders: own.flatMap(entry => entry.places)};
  return {at: 'folder', title: className({class: is, entries}), place};
}

export function shownDags(found: LogUsage, known: KnownDags, look: Look): readonly UsageRow[] {
  const rows = dagRows(found, known);
  const whole = rows.reduce((all, row) => all + row.bytes, 0);
  return rows.map(row => ({
    ...look,
    ...amounts(row),
    id: idOfDag(row),
    name: row.dagId,
    dagId: row.dagId,
    share: part(row.bytes, whole),
    note: row.isLeftover ? 'no such DAG' : '',
    goal: goalOfDag(row),
  }));
}

function idOfDag({dagId, entries}: DagRow): string {
  const isWhole = entries.every(entry => entry.places.length < mostPlaces);
  return isWhole ? idOf(entries.flatMap(entry => entry.places.map(place => join(entry.root, place)))) : `DAG ${dagId}`;
}

function goalOfDag({dagId, entries: [first]}: DagRow): Goal | undefined {
  if (first === undefined || first.places.length === 0) return undefined;
  return {at: 'folder', title: dagId, place: {root: first.root, folders: first.places}};
}

export const shownAges = (found: LogUsage, look: Look): readonly UsageRow[] =>
  ageRows(found).map(row => ({
    ...look,
    id: String(row.fromDays),
    name: ageName(row),
    bytes: row.bytes,
    apparentBytes: Number.NaN,
    files: row.files,
    oldestMs: undefined,
    newestMs: undefined,
    grewBytes: undefined,
    share: part(row.bytes, found.bytes),
    note: '',
    goal: undefined,
  }));

/** What Airflow names its folders by, and what that is. */
const kinds: Readonly<Record<string, string>> = {
  dag_id: 'DAG',
  run_id: 'RUN',
  task_id: 'TASK',
  map_index: 'MAPPED TASK',
  attempt: 'TRY',
};

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const named = /^(dag_id|run_id|task_id|map_index|attempt)=/;

/** What most of the rows are: "RUN". */
export function titleOf(entries: readonly FolderEntry[]): string {
  const [first] = entries;
  const kind = first === undefined ? undefined : named.exec(lastName(first.path))?.[1];
  return (kind === undefined ? undefined : kinds[kind]) ?? 'NAME';
}

/** A folder that holds the runs of a DAG or the tasks of a run, in the layout of 2.3 and later. */
export function ownerOf(place: FolderPlace | undefined): {readonly dagId: string; readonly runId?: string} | undefined {
  const [folder, ...others] = place?.folders ?? [];
  if (folder === undefined || others.length > 0) return undefined;
  const [, dagId, runId] = /^dag_id=([^/]+)(?:\/run_id=([^/]+))?$/.exec(folder) ?? [];
  return dagId === undefined ? undefined : {dagId, ...(runId !== undefined && {runId})};
}

/** `known`: the runs, or tasks, that Airflow has. */
export function shownFolder(found: FolderUsage, known: KnownNames, look: Look): readonly UsageRow[] {
  const grew = found.before === undefined ? () => undefined : folderGrowthSince(found.before);
  const many = new Set(found.entries.map(({path}) => path.slice(0, path.lastIndexOf('/')))).size > 1;
  return found.entries.map(entry => {
    const {isFolder} = entry;
    const own = lastName(entry.path);
    const short = isFolder ? own.replace(named, '') : own;
    return {
      ...look,
      ...amounts({...entry, grewBytes: grew(entry)}),
      id: idOf([join(entry.root, entry.path)]),
      name: entry.path === '' ? '(more files)' : many ? entry.path : short,
      share: part(entry.bytes, found.bytes),
      note: entry.errors > 0 ? 'not all readable' : isGone(own, known) ? `no such ${own.split('_id=')[0]}` : '',
      goal: goalOfEntry(entry, short),
    };
  });
}

function goalOfEntry({isFolder, root, path}: FolderEntry, title: string): Goal | undefined {
  if (isFolder) return {at: 'folder', title, place: {root, folders: [path]}};
  return path === '' ? undefined : {at: 'file', path: join(root, path)};
}

const isGone = (name: string, known: KnownNames): boolean =>
  known !== undefined && /^(run|task)_id=/.test(name) && !known.has(name.replace(named, ''));

type Amounts = Pick<UsageRow, 'bytes' | 'apparentBytes' | 'files' | 'oldestMs' | 'newestMs' | 'grewBytes'>;

const amounts = ({bytes, apparentBytes, files, oldestMs, newestMs, grewBytes}: Amounts): Amounts => ({
  bytes,
  apparentBytes,
  files,
  oldestMs,
  newestMs,
  grewBytes,
});

export const shownFiles = (found: LogUsage, files: readonly NamedFile[], look: Look): readonly FileRow[] =>
  files.map(file => ({
    ...look,
    ...file,
    id: idOf([file.path]),
    shown: shorten(file.path, found.roots),
    goal: {at: 'file', path: file.path},
  }));

export function shownOddities(found: LogUsage): readonly OddRow[] {
  const row = (what: OddRow['what'], path: string, why: string, bytes?: number): OddRow => ({
    id: `${what} ${path}`,
    what,
    why,
    bytes,
    shown: shorten(path, found.roots),
  });
  const byWhom = ({program, pid}: HeldFile) => `${program} ${pid}`;
  return [
    ...found.unreadable.map(({path, errno}) => row('may not be read', path, reasons[errno] ?? errno)),
    ...found.held.map(file =>
      row(file.isDeleted ? 'deleted, still open' : 'held open', file.path, byWhom(file), file.bytes),
    ),
    ...found.empty.map(path => row('empty folder', path, '')),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EMFILE: 'nested too deeply',
  EIO: 'the disk fails',
};

function shorten(path: string, roots: readonly string[]): string {
  const root = roots.length === 1 ? `${roots[0]?.replace(/\/+$/, '')}/` : undefined;
  return root !== undefined && path.startsWith(root) ? path.slice(root.length) : path;
}
