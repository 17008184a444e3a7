import * as v from 'valibot';
import type {PlanFolder, ResultFile} from '../profile/plan-folder.ts';
import {age, count} from '../words.ts';

const begun = v.object({
  begun: v.object({
    profile: v.string(),
    address: v.string(),
    host: v.string(),
    root: v.string(),
    plan: v.string(),
    files: v.number(),
    pid: v.number(),
    atMs: v.number(),
    /** Where they were archived before. */
    into: v.optional(v.string()),
  }),
});
const ended = v.object({ended: v.string(), why: v.optional(v.string())});
const seen = v.object({seen: v.boolean()});
const sending = v.object({sending: v.number()});
const batch = v.object({outcomes: v.string(), freedBytes: v.number()});

type Begun = v.InferOutput<typeof begun>['begun'];

/** Of how many files and directories each letter of the agent was said, and what they freed. */
export class Tally {
  readonly counts = new Map<string, number>();
  freedBytes = 0;

  add(outcomes: string, freedBytes: number): void {
    for (const letter of outcomes.replaceAll('.', '')) this.counts.set(letter, this.of(letter) + 1);
    this.freedBytes += freedBytes;
  }

  of(letter: string): number {
    return this.counts.get(letter) ?? 0;
  }
}

/** What is written before, during and after a deletion: whoever finds it can tell how far that came. */
export const resultLines = (file: ResultFile) => ({
  begin: (what: Begun) => file.write({begun: what}),
  /** Is about to be sent. What became of it is not known when nothing follows. */
  sending: (count: number) => file.write({sending: count}),
  batch: (outcomes: string, freedBytes: number, errors: Readonly<Record<string, string>>) =>
    file.write({outcomes, freedBytes, ...(Object.keys(errors).length === 0 ? {} : {errors})}),
  end: (how: 'done' | 'cancelled' | 'failed', why?: string) =>
    file.write({ended: how, ...(why === undefined ? {} : {why})}),
});

/** What tells the hosts of all profiles apart. */
export type CleanedHost = {readonly profile: string; readonly address: string};

/** A clean-up of which nobody knows that it came to its end. */
export type CutOff = {
  readonly id: string;
  /** The file that has what it did. */
  readonly path: string;
  readonly host: string;
  readonly root: string;
  readonly atMs: number;
  readonly files: number;
  readonly deleted: number;
  readonly freedBytes: number;
  /** So many were sent last, and no answer came. */
  readonly unsure: number;
  /** Where they were archived before. */
  readonly into: string | undefined;
};

/** Of each log folder of a host the last clean-up, where that was cut off: by the end of windsock or of the connection. */
export async function cutOffs(folder: PlanFolder, {profile, address}: CleanedHost): Promise<readonly CutOff[]> {
  const found: CutOff[] = [];
  const roots = new Set<string>();
  for (const {id, path, first, lines} of await folder.results()) {
    const start = v.safeParse(begun, first);
    if (!start.success || start.output.begun.profile !== profile || start.output.begun.address !== address) continue;
    const {host, root, files, pid, atMs, into} = start.output.begun;
    if (roots.has(root)) continue;
    const all = await lines();
    const end = all.find(line => v.is(ended, line));
    // It was refused before it began.
    if (end?.ended === 'failed' && !all.some(line => v.is(sending, line))) continue;
    roots.add(root);
    const hasEnded = end !== undefined && end.why?.startsWith('host.') !== true;
    if (hasEnded || all.some(line => v.is(seen, line)) || isAlive(pid)) continue;
    const tally = new Tally();
    let unsure = 0;
    for (const line of all) {
      if (v.is(sending, line)) unsure += line.sending;
      if (!v.is(batch, line)) continue;
      tally.add(line.outcomes, line.freedBytes);
      unsure -= line.outcomes.length;
    }
    found.push({id, path, host, root, atMs, files, deleted: tally.of('d'), freedBytes: tally.freedBytes, unsure, into});
  }
  return found;
}

/** Nobody wants to be told of it any more. */
export const dismiss = (folder: PlanFolder, id: string): void => folder.result(id).add({seen: true});

export const cutOffWords = ({root, host, atMs, files, deleted, unsure, into}: CutOff, nowMs: number): string =>
  `The ${into === undefined ? 'clean-up' : 'archiving'} of ${root}${into === undefined ? '' : ` in ${into}`} on ${host}, ${age(Math.max(0, nowMs - atMs))} ago, was cut off: ${count(deleted)} of ${count(files)} files were deleted` +
  `${unsure === 0 ? '' : `; of the ${count(unsure)} sent last it is not known`}.`;

/** This machine's process, which may be another one by now: then the clean-up is told of later. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
