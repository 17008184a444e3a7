import type {Change, ChangeKind} from './change.ts';
import {sentence} from './sentence.ts';

/** One line of the time line: a change, or many of one group that followed each other closely. */
export type Entry = {
  /** Stays the same while more of the same comes, and while the time of the first is told a little differently. */
  readonly id: string;
  /** When it began: that is where one looks for what was before. By the clock of this machine. */
  readonly atMs: number;
  readonly untilMs: number;
  readonly host?: string;
  readonly kind: ChangeKind;
  readonly text: string;
  /** Oldest first; at least one. */
  readonly changes: readonly Change[];
};

/** What follows within this time belongs to what was before it: a unit that is restarted again and again, a deployment. */
const gapMs = 5 * 60_000;

/** All entries, newest first. */
export function fold(changes: readonly Change[]): readonly Entry[] {
  const groups = Map.groupBy(changes, ({host, kind, group}) => `${host ?? ''}\n${kind}\n${group}`);
  return (
    [...groups]
      .flatMap(([key, members]) =>
        bursts(members).map((burst, at) => entry(at === 0 ? key : `${key}\n${burst[0].atMs}`, burst)),
      )
      // Of one second, what its source told last is newer.
      .toReversed()
      .toSorted((a, b) => b.atMs - a.atMs)
  );
}

function bursts(changes: readonly Change[]): readonly (readonly [Change, ...Change[]])[] {
  const found: [Change, ...Change[]][] = [];
  let last: [Change, ...Change[]] | undefined;
  for (const change of changes.toSorted((a, b) => a.atMs - b.atMs)) {
    if (last !== undefined && change.atMs - (last.at(-1)?.atMs ?? 0) <= gapMs) last.push(change);
    else {
      last = [change];
      found.push(last);
    }
  }
  return found;
}

function entry(id: string, changes: readonly [Change, ...Change[]]): Entry {
  const [first] = changes;
  const {atMs, kind, host} = first;
  return {
    id,
    atMs,
    untilMs: changes.at(-1)?.atMs ?? atMs,
    kind,
    text: sentence(changes),
    changes,
    ...(host === undefined ? {} : {host}),
  };
}
