import type {PlannedGroup} from '../host/agent-deletion.ts';
import type {LineFile} from './plan-folder.ts';

/** A batch is made so large that it takes about this long. */
const wantedMs = 300;
const firstBatch = 200;
const largestBatch = 10_000;

export type Batch = {
  readonly groups: readonly PlannedGroup[];
  /** Files and directories in it. */
  readonly count: number;
};

/** The groups of a plan in their order, as many at once as the host can do in a moment. */
export class Batches {
  readonly #source: AsyncIterator<unknown>;
  #waiting: PlannedGroup[] = [];
  #size = firstBatch;
  #isOver = false;

  constructor(file: Pick<LineFile, 'read'>) {
    this.#source = file.read()[Symbol.asyncIterator]();
  }

  /** Undefined when all is done. */
  async next(): Promise<Batch | undefined> {
    let count = this.#waiting.reduce((sum, group) => sum + sizeOf(group), 0);
    while (count < this.#size && !this.#isOver) {
      const {value, done} = await this.#source.next();
      if (done) this.#isOver = true;
      // The first line says what the plan is about.
      else if (Array.isArray(value)) {
        const group = value as unknown as PlannedGroup;
        this.#waiting.push(group);
        count += sizeOf(group);
      }
    }
    return count === 0 ? undefined : {groups: this.#waiting, count};
  }

  /** So much of the batch was done, in that time: the rest comes again. */
  done(count: number, tookMs: number): void {
    let left = count;
    const rest: PlannedGroup[] = [];
    for (const [names, files, inode] of this.#waiting) {
      const gone = Math.min(left, files.length);
      left -= gone;
      const isRemoved = inode !== null && left > 0;
      if (isRemoved) left--;
      if (gone < files.length || (inode !== null && !isRemoved)) rest.push([names, files.slice(gone), inode]);
    }
    this.#waiting = rest;
    const perMs = count / Math.max(1, tookMs);
    this.#size = Math.round(
      Math.min(largestBatch, Math.max(firstBatch / 4, Math.min(this.#size * 3, perMs * wantedMs))),
    );
  }

  /** Leaves the file. */
  async end(): Promise<void> {
    await this.#source.return?.();
  }
}

const sizeOf = ([, files, inode]: PlannedGroup): number => files.length + (inode === null ? 0 : 1);
