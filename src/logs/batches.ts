import type {PlannedGroup} from '../host/agent-deletion.ts';
import type {LineFile} from '../profile/plan-folder.ts';

/** A batch is made so large that it takes about this long: what is cancelled or cut off goes on for no longer. */
const wantedMs = 300;
const smallestBatch = 50;
const firstBatch = 1_000;
const largestBatch = 8_000;

export type Batch = {
  readonly groups: readonly PlannedGroup[];
  /** Files and directories in it. */
  readonly count: number;
};

/**
 * The groups of a plan, as many at once as the host can do in a moment. Two batches may be under way at once: a folder that both
 * are about is removed at the end, and so is what it is in.
 */
export class Batches {
  readonly #source: AsyncIterator<unknown>;
  /** Sent, and not done. */
  #rest: PlannedGroup[] = [];
  readonly #late: PlannedGroup[] = [];
  /** Where the batch before ended. */
  #boundary: readonly string[] = [];
  #size = firstBatch;

  constructor(file: Pick<LineFile, 'read'>) {
    this.#source = file.read()[Symbol.asyncIterator]();
  }

  /** Undefined when nothing is left but what is under way, and what comes last. */
  async next(): Promise<Batch | undefined> {
    const groups = this.#rest;
    this.#rest = [];
    let count = groups.reduce((sum, group) => sum + sizeOf(group), 0);
    let end: readonly string[] | undefined;
    while (count < this.#size) {
      const {value, done} = await this.#source.next();
      if (done) break;
      // The first line says what the plan is about.
      if (!Array.isArray(value)) continue;
      const group = this.#withoutLate(value as unknown as PlannedGroup);
      if (sizeOf(group) > 0) groups.push(group);
      count += sizeOf(group);
      [end] = group;
    }
    if (end !== undefined) this.#boundary = end;
    return count === 0 ? undefined : {groups, count};
  }

  /** What comes last, when nothing is under way any more. Undefined when there is nothing. */
  last(): Batch | undefined {
    const groups = [...this.#rest, ...this.#late.splice(0)];
    this.#rest = [];
    return groups.length === 0 ? undefined : {groups, count: groups.reduce((sum, group) => sum + sizeOf(group), 0)};
  }

  #withoutLate(group: PlannedGroup): PlannedGroup {
    const [names, files, inode] = group;
    const holds = (path: readonly string[] | undefined) =>
      path !== undefined && names.every((name, at) => path[at] === name);
    if (inode === null || !(holds(this.#boundary) || holds(this.#late.at(-1)?.[0]))) return group;
    this.#late.push([names, [], inode]);
    return [names, files, null];
  }

  /** What became of a batch: what was not done comes again. */
  done({groups}: Batch, {outcomes, tookMs}: {readonly outcomes: string; readonly tookMs: number}): void {
    let at = 0;
    const isLeft = () => (outcomes[at++] ?? '.') === '.';
    for (const [names, files, inode] of groups) {
      const left = files.filter(isLeft);
      const stays = inode !== null && isLeft() ? inode : null;
      if (left.length > 0 || stays !== null) this.#rest.push([names, left, stays]);
    }
    const count = outcomes.replaceAll('.', '').length;
    if (count === 0) return;
    const wanted = Math.min(this.#size * 4, (count / Math.max(1, tookMs)) * wantedMs);
    this.#size = Math.round(Math.min(largestBatch, Math.max(smallestBatch, wanted)));
  }

  /** Leaves the file. */
  async end(): Promise<void> {
    await this.#source.return?.();
  }
}

const sizeOf = ([, files, inode]: PlannedGroup): number => files.length + (inode === null ? 0 : 1);
