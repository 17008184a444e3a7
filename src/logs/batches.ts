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

  /** What became of the batch, in that time: what was not done comes again. */
  done(outcomes: string, tookMs: number): void {
    let at = 0;
    const isLeft = () => (outcomes[at++] ?? '.') === '.';
    const rest: PlannedGroup[] = [];
    for (const [names, files, inode] of this.#waiting) {
      const left = files.filter(isLeft);
      const stays = inode !== null && isLeft() ? inode : null;
      if (left.length > 0 || stays !== null) rest.push([names, left, stays]);
    }
    this.#waiting = rest;
    const perMs = outcomes.replaceAll('.', '').length / Math.max(1, tookMs);
    const wanted = Math.min(this.#size * 3, perMs * wantedMs);
    this.#size = Math.round(Math.min(largestBatch, Math.max(firstBatch / 4, wanted)));
  }

  /** Leaves the file. */
  async end(): Promise<void> {
    await this.#source.return?.();
  }
}

const sizeOf = ([, files, inode]: PlannedGroup): number => files.length + (inode === null ? 0 : 1);
