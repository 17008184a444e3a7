import * as v from 'valibot';
import {age} from '../words.ts';
import {type Amounts, ageBounds} from './usage.ts';

const sample = v.object({atMs: v.number(), usedBytes: v.number(), usedInodes: v.number()});

export const volumeSamples = v.array(sample);

/** What of a volume was used at a time, by the clock of this machine. */
export type VolumeSample = v.InferOutput<typeof sample>;

/** `samples`: from what was seen before, over `overMs`; `ages`: from how old the logs are that are there. */
export type Growth = {
  readonly bytesPerDay: number;
  readonly inodesPerDay: number;
  readonly overMs: number;
  readonly from: 'samples' | 'ages';
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const everyMs = 10 * minuteMs;
/** What is older than two days is kept every six hours. */
const denseMs = 2 * dayMs;
const sparseMs = 6 * hourMs;
const keptMs = 90 * dayMs;

/** The samples with a new one, in order of time and pruned. The same array where it is too early for a new one. */
export function withSample(samples: readonly VolumeSample[], added: VolumeSample): readonly VolumeSample[] {
  const last = samples.at(-1);
  if (last !== undefined && Math.abs(added.atMs - last.atMs) < everyMs) return samples;
  const kept: VolumeSample[] = [];
  for (const each of [...samples, added].toSorted((a, b) => a.atMs - b.atMs)) {
    const ageMs = added.atMs - each.atMs;
    if (ageMs > keptMs || ageMs < 0) continue;
    if (ageMs > denseMs && each.atMs - (kept.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) < sparseMs) continue;
    kept.push(each);
  }
  return kept;
}

const windowMs = 7 * dayMs;
const shortestMs = hourMs;

/** The pace of the last week, since something large was removed. Undefined while less than an hour was seen. */
export function growthOf(samples: readonly VolumeSample[], totalBytes: number): Growth | undefined {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const recent = samples.filter(({atMs}) => last.atMs - atMs <= windowMs);
  const drop = recent.findLastIndex(
    (each, at) => at > 0 && (recent[at - 1]?.usedBytes ?? 0) - each.usedBytes > totalBytes / 50,
  );
  const first = recent[Math.max(0, drop)];
  if (first === undefined || last.atMs - first.atMs < shortestMs) return undefined;
  const overMs = last.atMs - first.atMs;
  const perDay = (of: (each: VolumeSample) => number) => ((of(last) - of(first)) / overMs) * dayMs;
  return {
    bytesPerDay: perDay(each => each.usedBytes),
    inodesPerDay: perDay(each => each.usedInodes),
    overMs,
    from: 'samples',
  };
}

/** How much was written in the last week and is still there; of younger logs, since they began. Undefined where there are none. */
export function growthByAges(found: Amounts, nowMs: number): Growth | undefined {
  if (found.oldestMs === undefined) return undefined;
  const overMs = Math.min(windowMs, Math.max(dayMs, nowMs - found.oldestMs));
  const week = ageBounds.indexOf(30) + 1;
  const young = found.ages.slice(week + 1);
  const add = (of: (each: Amounts['ages'][number]) => number) => young.reduce((total, each) => total + of(each), 0);
  return {
    bytesPerDay: (add(each => each.bytes) / overMs) * dayMs,
    inodesPerDay: (add(each => each.files) / overMs) * dayMs,
    overMs,
    from: 'ages',
  };
}

type Room = {readonly freeBytes: number; readonly totalInodes: number; readonly freeInodes: number};

/** When the space or the inodes are used up at this pace; undefined where it does not grow. */
export function fullInMs(room: Room, growth: Growth): number | undefined {
  const left = (free: number, perDay: number) => (perDay > 0 ? (free / perDay) * dayMs : Number.POSITIVE_INFINITY);
  const inMs = Math.min(
    left(room.freeBytes, growth.bytesPerDay),
    room.totalInodes === 0 ? Number.POSITIVE_INFINITY : left(room.freeInodes, growth.inodesPerDay),
  );
  return Number.isFinite(inMs) ? inMs : undefined;
}

/** When a volume will be full as far as it was watched: less than a day of that says little, and nothing beyond a year does. */
export function soonFull(
  volume: Room & {readonly growth?: Growth},
): {readonly ms: number; readonly isSure: boolean} | undefined {
  if (volume.growth === undefined) return undefined;
  const ms = fullInMs(volume, volume.growth);
  return ms === undefined || ms > 365 * dayMs ? undefined : {ms, isSure: volume.growth.overMs >= dayMs};
}

/** "12 days". */
export function fullInWords(ms: number): string {
  const days = Math.floor(ms / dayMs);
  return days >= 2 ? `${days} days` : age(ms);
}
