import * as v from 'valibot';
import {age} from '../words.ts';
import type {PlanFolder, ResultFile} from './plan-folder.ts';

const begun = v.object({
  begun: v.object({
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
const ended = v.object({ended: v.string()});
const seen = v.object({seen: v.boolean()});
const sending = v.object({sending: v.number()});
const batch = v.object({outcomes: v.string(), freedBytes: v.number()});

export type Begun = v.InferOutput<typeof begun>['begun'];

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

/** Clean-ups of the host that were cut off, in a sentence each: told once. */
export async function cutOff(folder: PlanFolder, host: string, nowMs = Date.now()): Promise<readonly string[]> {
  const told: string[] = [];
  for (const {id, path, lines} of await folder.results()) {
    const start = v.safeParse(begun, lines[0]);
    if (!start.success || start.output.begun.host !== host) continue;
    const {files, pid, atMs, into} = start.output.begun;
    if (lines.some(line => v.is(ended, line) || v.is(seen, line)) || isAlive(pid)) continue;
    const tally = new Tally();
    let unsure = 0;
    for (const line of lines) {
      if (v.is(sending, line)) unsure += line.sending;
      if (!v.is(batch, line)) continue;
      tally.add(line.outcomes, line.freedBytes);
      unsure -= line.outcomes.length;
    }
    told.push(
      `The ${into === undefined ? 'clean-up' : `archiving in ${into}`} of ${age(Math.max(0, nowMs - atMs))} ago was cut off: ${tally.of('d')} of ${files} files were deleted` +
        `${unsure === 0 ? '' : `, of the ${unsure} sent last it is not known`}. What it did is in ${path}.`,
    );
    folder.result(id).add({seen: true});
  }
  return told;
}

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
