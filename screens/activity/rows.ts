import type {Entry} from '../../src/activity/entry.ts';

/** One line of the list: an entry, or several that are the same but for their time. */
export type ActivityRow = {
  readonly id: string;
  /** The newest. */
  readonly entry: Entry;
  readonly times: number;
  readonly firstAtMs: number;
  /** Of all that have ended. */
  readonly sumMs: number;
  /** Of the newest; while it runs, so far. */
  readonly tookMs: number;
};

export type Look = {
  /** Each time that the same was asked in a line of its own. */
  readonly repeats: boolean;
  readonly changesOnly: boolean;
};

/** What is answered faster would only flicker as something that runs. */
const flickerMs = 1000;

/** Newest first. What only looks, and ends in the same way each time, is one row. */
export function rowsOf(entries: readonly Entry[], {repeats, changesOnly}: Look, nowMs: number): readonly ActivityRow[] {
  const rows = new Map<string, ActivityRow>();
  for (const entry of entries) {
    if (changesOnly && !isOfPerson(entry)) continue;
    const {end, atMs} = entry;
    if (end === undefined && !repeats && nowMs - atMs < flickerMs) continue;
    const tookMs = end?.tookMs ?? Math.max(0, nowMs - atMs);
    const id = repeats || isOfPerson(entry) || end === undefined ? String(entry.id) : sameness(entry);
    const before = rows.get(id);
    // To the end of the map, where the newest are.
    rows.delete(id);
    rows.set(id, {
      id,
      entry,
      times: (before?.times ?? 0) + 1,
      firstAtMs: before?.firstAtMs ?? atMs,
      sumMs: (before?.sumMs ?? 0) + tookMs,
      tookMs,
    });
  }
  return [...rows.values()].reverse();
}

/** What a person did or looked at on purpose. */
const isOfPerson = ({changes, subject}: Entry): boolean => changes || subject.kind === 'note';

const sameness = ({where, what, end}: Entry): string =>
  `${where}\n${what}\n${end?.result}\n${end?.problem?.message ?? ''}`;
