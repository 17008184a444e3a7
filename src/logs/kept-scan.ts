import * as v from 'valibot';
import type {FolderEntry, Usage, UsageEntry} from './usage.ts';

export const keptScan = v.object({
  atMs: v.number(),
  entries: v.array(
    v.object({
      root: v.string(),
      class: v.string(),
      dagId: v.optional(v.string()),
      bytes: v.number(),
      files: v.number(),
    }),
  ),
});

/** A finished scan as it is kept on this side, so that the next one shows what has grown. */
export type KeptScan = v.InferOutput<typeof keptScan>;

export const toKept = (found: Usage, atMs: number): KeptScan => ({
  atMs,
  entries: found.entries.map(({root, class: is, dagId, bytes, files}) => ({root, class: is, dagId, bytes, files})),
});

/** How much each of some entries has grown since. */
export function growthSince(before: KeptScan): (entries: readonly UsageEntry[]) => number {
  const key = (each: {readonly root: string; readonly class: string; readonly dagId?: string | undefined}) =>
    [each.root, each.class, each.dagId ?? ''].join('\0');
  const known = new Map(before.entries.map(each => [key(each), each.bytes]));
  return entries => entries.reduce((total, each) => total + each.bytes - (known.get(key(each)) ?? 0), 0);
}

export const keptFolder = v.object({atMs: v.number(), entries: v.array(v.tuple([v.string(), v.number()]))});

/** What was directly in folders: paths and bytes. */
export type KeptFolder = v.InferOutput<typeof keptFolder>;

/** More runs of a DAG are not kept. */
const mostEntries = 20_000;

/** Undefined where it is too much to be kept. */
export const toKeptFolder = ({entries}: Usage<FolderEntry>, atMs: number): KeptFolder | undefined =>
  entries.length > mostEntries ? undefined : {atMs, entries: entries.map(({path, bytes}) => [path, bytes])};

/** How much an entry has grown since; all of one that was not there. */
export function folderGrowthSince(before: KeptFolder): (entry: FolderEntry) => number {
  const known = new Map(before.entries);
  return ({path, bytes}) => bytes - (known.get(path) ?? 0);
}
