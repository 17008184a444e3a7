import {growthSince, type KeptScan} from './kept-scan.ts';
import type {LogClass} from './layout.ts';
import {type AgeAmount, type Amounts, ageBounds, sum, type Usage, type UsageEntry} from './usage.ts';

/** A class as it is shown: those of the layout, and what is found otherwise. */
export type ShownClass = LogClass | 'leftovers' | 'journal' | 'deleted';

/** What is known of a class or a DAG. `held`: a process has a file of it open to write. */
export type UsageRow = Pick<Amounts, 'bytes' | 'apparentBytes' | 'files' | 'oldestMs' | 'newestMs'> & {
  readonly entries: readonly UsageEntry[];
  /** Since the scan before; undefined where there was none. */
  readonly grewBytes: number | undefined;
  readonly held: boolean;
};

export type ClassRow = UsageRow & {readonly class: ShownClass};
export type DagRow = UsageRow & {readonly dagId: string; readonly isLeftover: boolean};
export type AgeRow = AgeAmount & {readonly fromDays: number; readonly toDays: number | undefined};

/** The DAGs that Airflow has, when it told all of them. Undefined: nothing is called a leftover. */
export type KnownDags = ReadonlySet<string> | undefined;

type Found = Usage & {readonly before?: KeptScan};

const isLeftover = ({class: is, dagId}: UsageEntry, known: KnownDags): boolean =>
  known !== undefined && is === 'task' && dagId !== undefined && !known.has(dagId);

/** What is found by class, the largest first. Empty classes are left out. */
export function classRows(found: Found, known: KnownDags): readonly ClassRow[] {
  const grew = grownIn(found);
  const by = Map.groupBy(found.entries, entry => (isLeftover(entry, known) ? 'leftovers' : entry.class));
  const rows = [...by].map(([is, entries]): ClassRow => ({class: is, ...rowOf(entries, grew, found)}));
  const others: ClassRow[] = [];
  if (found.journal !== undefined && found.journal.files > 0) {
    others.push({class: 'journal', ...found.journal, entries: [], grewBytes: undefined, held: true});
  }
  const deleted = found.held.filter(each => each.isDeleted);
  if (deleted.length > 0) {
    const add = (of: (each: (typeof deleted)[number]) => number) => deleted.reduce((all, each) => all + of(each), 0);
    others.push({
      class: 'deleted',
      bytes: add(each => each.bytes),
      apparentBytes: add(each => each.apparentBytes),
      files: deleted.length,
      oldestMs: undefined,
      newestMs: undefined,
      entries: [],
      grewBytes: undefined,
      held: true,
    });
  }
  return [...rows, ...others].toSorted((a, b) => b.bytes - a.bytes);
}

/** The task logs of each DAG, the largest first. */
export function dagRows(found: Found, known: KnownDags): readonly DagRow[] {
  const grew = grownIn(found);
  const ofDags = found.entries.filter(({class: is, dagId}) => is === 'task' && dagId !== undefined);
  return [...Map.groupBy(ofDags, ({dagId}) => dagId ?? '')]
    .map(([dagId, entries]) => ({
      dagId,
      isLeftover: entries.some(entry => isLeftover(entry, known)),
      ...rowOf(entries, grew, found),
    }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** The oldest first. */
export const ageRows = ({ages}: Pick<Amounts, 'ages'>): readonly AgeRow[] =>
  ageBounds.map((fromDays, place) => ({
    fromDays,
    toDays: ageBounds[place - 1],
    files: ages[place]?.files ?? 0,
    bytes: ages[place]?.bytes ?? 0,
  }));

const grownIn = ({before}: Found) => (before === undefined ? () => undefined : growthSince(before));

function rowOf(
  entries: readonly UsageEntry[],
  grew: (entries: readonly UsageEntry[]) => number | undefined,
  {held}: Usage,
): UsageRow {
  const {bytes, apparentBytes, files, oldestMs, newestMs} = sum(entries);
  const places = entries.flatMap(entry => entry.places.map(place => `${entry.root.replace(/\/+$/, '')}/${place}`));
  return {
    bytes,
    apparentBytes,
    files,
    oldestMs,
    newestMs,
    entries,
    grewBytes: grew(entries),
    held: held.some(
      ({path, isWritten}) => isWritten && places.some(place => path === place || path.startsWith(`${place}/`)),
    ),
  };
}
