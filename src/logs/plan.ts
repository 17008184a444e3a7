import type {ListRow, PlannedFile, PlannedGroup} from '../host/agent-deletion.ts';
import type {LineFile} from '../profile/plan-folder.ts';
import {type Layout, type LogClass, type LogFile, whatIs} from './layout.ts';
import type {Listing} from './listing.ts';
import {msOfNs} from './mtime.ts';
import {namesUnder, type Rule} from './rule.ts';
import {type Candidate, quietMs, type Reason, Selection, type Surroundings, type Verdict} from './selection.ts';

type Amount = {files: number; bytes: number};

/** What a rule chooses from a listing. Bytes are those that the disk gets back; a file with several names counts only when all go. */
export type CleanPlan = Readonly<Amount> & {
  readonly directories: number;
  /** Empty ones that were changed in the last hour: they stay. */
  readonly youngDirectories: number;
  /** Files that grow and are emptied. */
  readonly emptied: Readonly<Amount>;
  /** Files that grow, are copied and then emptied: the volume gets nothing back. */
  readonly rotated: Readonly<Amount>;
  readonly byClass: ReadonlyMap<LogClass, Readonly<Amount>>;
  readonly byDag: ReadonlyMap<string, Readonly<Amount>>;
  /** Undefined where nothing goes. `path` is below the log folder. */
  readonly oldest: {readonly path: string; readonly mtimeMs: number} | undefined;
  readonly newest: {readonly path: string; readonly mtimeMs: number} | undefined;
  readonly stays: ReadonlyMap<Reason, Readonly<Amount> & {readonly example: string}>;
  /** DAGs of the rule of which nothing was listed. */
  readonly absent: readonly string[];
};

export type PlanOptions = {
  readonly rule: Rule;
  readonly layout: Layout;
  readonly running?: ReadonlySet<string>;
  readonly hasFailed?: Surroundings['hasFailed'];
  /** Gets the groups that are to be deleted, in their order. */
  readonly into?: Pick<LineFile, 'write'>;
};

/** A directory on the way. */
type Frame = {
  /** Entries that stay. */
  kept: number;
  files: PlannedFile[];
  /** Whether all that goes in it is of tasks and DAG files: who writes other logs does not make their directories anew. */
  isTheirs: boolean;
  isTasks: boolean;
  chosen: number;
};

const newFrame = (): Frame => ({kept: 0, files: [], isTheirs: true, isTasks: true, chosen: 0});

/** So many files of a directory at once. */
const groupSize = 500;

/** Chooses from a listing by a rule. What it holds in memory does not grow with the number of files. */
export async function choose(listing: Listing, options: PlanOptions, signal: AbortSignal): Promise<CleanPlan> {
  const {rule, layout, running = new Set<string>(), hasFailed} = options;
  const wanted = wantedOf(rule, listing);
  const selection = new Selection(rule, {
    nowMs: listing.nowMs,
    running,
    roomBytes: listing.volume.availableBytes,
    ...(hasFailed === undefined ? {} : {hasFailed}),
    ...(wanted === undefined ? {} : {wanted}),
  });
  const under = namesUnder(listing.root, rule);
  if (rule.keepRunsPerDag) await pass(listing, layout, signal, file => selection.observe(file));
  if (selection.weighs)
    await pass(listing, layout, signal, (file, path) => isInside(path, under) && selection.weigh(file));
  return decide(listing, layout, selection, options, signal);
}

/** What the volume must lose to be where the rule wants it. */
function wantedOf({downTo}: Rule, {volume}: Pick<Listing, 'volume'>): Surroundings['wanted'] {
  if (downTo === undefined) return undefined;
  const used = volume.totalBytes - volume.freeBytes;
  if ('bytes' in downTo) return {bytes: used - downTo.bytes, inodes: 0};
  return {
    bytes: used - downTo.fraction * (used + volume.availableBytes),
    inodes: volume.totalInodes === 0 ? 0 : volume.totalInodes * (1 - downTo.fraction) - volume.freeInodes,
  };
}

async function pass(
  listing: Listing,
  layout: Layout,
  signal: AbortSignal,
  look: (file: Candidate, path: readonly string[]) => void,
): Promise<void> {
  const path: string[] = [];
  for await (const rows of listing.rows()) {
    signal.throwIfAborted();
    for (const row of rows) {
      if (row[0] === 'd') path.push(row[1]);
      else if (row[0] === 'u') path.pop();
      else {
        const whole = [...path, row[1]];
        look(candidate(row, whatIs(whole, layout)), whole);
      }
    }
  }
}

/** A listing may hold more than what was marked. */
const isInside = (path: readonly string[], under: readonly (readonly string[])[]): boolean =>
  under.length === 0 || under.some(names => names.every((name, index) => path[index] === name));

type FileRow = Extract<ListRow, {0: 'f'}>;

const candidate = (row: FileRow, what: LogFile): Candidate => ({
  what,
  bytes: row[7] === 1 ? row[4] : 0,
  mtimeMs: msOfNs(row[5]),
  isOpen: row[8] >= 2,
  mayRemove: row[8] % 2 === 1,
});

async function decide(
  listing: Listing,
  layout: Layout,
  selection: Selection,
  {rule, into}: PlanOptions,
  signal: AbortSignal,
): Promise<CleanPlan> {
  const sums = new Sums(rule.dagIds);
  const under = namesUnder(listing.root, rule);
  const path: string[] = [];
  const frames: Frame[] = [newFrame()];
  const tell = async (group: PlannedGroup) => into?.write(group);
  const youngestMs = listing.nowMs - Math.max(quietMs, rule.olderThanMs ?? 0);
  for await (const rows of listing.rows()) {
    signal.throwIfAborted();
    for (const row of rows) {
      const frame = frames.at(-1) ?? newFrame();
      if (row[0] === 'd') {
        path.push(row[1]);
        frames.push(newFrame());
      } else if (row[0] === 'f') {
        const whole = [...path, row[1]];
        const what = whatIs(whole, layout);
        const file = candidate(row, what);
        const verdict = isInside(whole, under) ? selection.decide(file) : undefined;
        sums.add(file, verdict, () => whole.join('/'));
        if (typeof verdict === 'string') {
          frame.files.push(plannedFile(row, verdict));
          frame.chosen++;
          frame.isTasks &&= what.class === 'task';
          frame.isTheirs &&= what.class === 'task' || what.class === 'dag-file';
          if (verdict !== 'delete') frame.kept++;
          if (frame.files.length >= groupSize) await tell([[...path], frame.files.splice(0), null]);
        } else frame.kept++;
      } else {
        const [, inode, mtimeMs, kept, , may] = row;
        const isOld = mtimeMs < youngestMs;
        const isChosen =
          frame.chosen > 0
            ? frame.isTheirs
            : isInside(path, under) && isEmptyLogFolder(path, layout) && mayBeEmptied(rule);
        const isDeep = path.length > 1 || (frame.isTasks && frame.chosen > 0) || isDay(path, layout);
        // One that was changed a moment ago may be about to get its first file.
        const mayGo = frame.kept + kept === 0 && may === 1 && isDeep && isChosen;
        const isYoung = !isQuiet(mtimeMs, listing);
        const goes = mayGo && !isYoung && (isOld || frame.chosen > 0);
        if (mayGo && isYoung) sums.youngDirectories++;
        if (frame.files.length > 0 || goes) await tell([[...path], frame.files, goes ? inode : null]);
        if (goes) sums.directories++;
        frames.pop();
        path.pop();
        const above = frames.at(-1);
        if (above !== undefined) {
          if (!goes) above.kept++;
          else above.chosen++;
          above.isTasks &&= frame.isTasks;
          above.isTheirs &&= frame.isTheirs;
        }
      }
    }
  }
  const root = frames[0];
  if (root !== undefined && root.files.length > 0) await tell([[], root.files, null]);
  return sums.plan();
}

const isQuiet = (mtimeMs: number, {nowMs}: Listing): boolean => mtimeMs < nowMs - quietMs;

/** Where only some DAGs or classes are chosen, nobody asked for what is empty already. */
const mayBeEmptied = ({classes = [], dagIds = []}: Rule): boolean => classes.length === 0 && dagIds.length === 0;

/** A day's folder of DAG files that stands directly in the log folder. */
const isDay = (path: readonly string[], layout: Layout): boolean =>
  whatIs([...path, 'x.py.log'], layout).class === 'dag-file';

/** What would stand in a directory that is empty: of a try, of a task's, of a run's, of a day's. */
const samples = [['attempt=1.log'], ['task_id=x', 'attempt=1.log'], ['1.log'], ['x.py.log']];

const isEmptyLogFolder = (path: readonly string[], layout: Layout): boolean =>
  samples.some(sample => ['task', 'dag-file'].includes(whatIs([...path, ...sample], layout).class));

function plannedFile(row: FileRow, verdict: Extract<Verdict, string>): PlannedFile {
  const [, name, inode, size, , mtimeNs, ctimeNs, links] = row;
  const ctime = links === 1 ? ctimeNs : null;
  return verdict === 'delete' ? [name, inode, size, mtimeNs, ctime] : [name, inode, size, mtimeNs, ctime, verdict];
}

class Sums {
  directories = 0;
  youngDirectories = 0;
  readonly #all: Amount = {files: 0, bytes: 0};
  readonly #emptied: Amount = {files: 0, bytes: 0};
  readonly #rotated: Amount = {files: 0, bytes: 0};
  readonly #byClass = new Map<LogClass, Amount>();
  readonly #byDag = new Map<string, Amount>();
  readonly #stays = new Map<Reason, Amount & {example: string}>();
  readonly #absent: Set<string>;
  #oldest: {path: string; mtimeMs: number} | undefined;
  #newest: {path: string; mtimeMs: number} | undefined;

  constructor(dagIds: readonly string[] = []) {
    this.#absent = new Set(dagIds);
  }

  add(file: Candidate, verdict: Verdict, path: () => string): void {
    if (file.what.dagId !== undefined) this.#absent.delete(file.what.dagId);
    if (verdict === undefined) return;
    if (typeof verdict === 'object') {
      let there = this.#stays.get(verdict.stays);
      if (there === undefined) {
        there = {files: 0, bytes: 0, example: path()};
        this.#stays.set(verdict.stays, there);
      }
      count(there, file);
      return;
    }
    const {what, mtimeMs} = file;
    count({delete: this.#all, empty: this.#emptied, rotate: this.#rotated}[verdict], file);
    count(amountOf(this.#byClass, what.class), file);
    if (what.dagId !== undefined) count(amountOf(this.#byDag, what.dagId), file);
    if (verdict !== 'delete') return;
    if (this.#oldest === undefined || mtimeMs < this.#oldest.mtimeMs) this.#oldest = {path: path(), mtimeMs};
    if (this.#newest === undefined || mtimeMs > this.#newest.mtimeMs) this.#newest = {path: path(), mtimeMs};
  }

  plan(): CleanPlan {
    return {
      ...this.#all,
      directories: this.directories,
      youngDirectories: this.youngDirectories,
      emptied: this.#emptied,
      rotated: this.#rotated,
      byClass: this.#byClass,
      byDag: this.#byDag,
      oldest: this.#oldest,
      newest: this.#newest,
      stays: this.#stays,
      absent: [...this.#absent],
    };
  }
}

function count(amount: Amount, {bytes}: Candidate): void {
  amount.files += 1;
  amount.bytes += bytes;
}

function amountOf<K>(map: Map<K, Amount>, key: K): Amount {
  let there = map.get(key);
  if (there === undefined) {
    there = {files: 0, bytes: 0};
    map.set(key, there);
  }
  return there;
}
