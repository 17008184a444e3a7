import * as v from 'valibot';
import type {Usage, UsageEntry} from './usage.ts';

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
