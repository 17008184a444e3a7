import type {Begun, Ending, Entry} from './entry.ts';

/** Those that look come every second; those that change something are few, and must not be pushed out by them. */
const mostLooks = 10_000;
const mostChanges = 2_000;
/** Of all texts together, roughly. */
const mostCharacters = 8 * 1024 * 1024;

export type Ends = (end: Ending) => void;

/** What windsock asked and ran lately, in memory. Nobody is called for an entry: a screen compares `version`. */
export class ActivityRecord {
  readonly #looks = new Kept(mostLooks);
  readonly #changes = new Kept(mostChanges);
  #lastId = 0;
  #version = 0;

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  /** Oldest first. */
  entries(): readonly Entry[] {
    return [...this.#looks.entries, ...this.#changes.entries].sort((a, b) => a.id - b.id);
  }

  /** Notes that something began. What it returns notes how it ended. */
  begin(begun: Begun): Ends {
    const entry = {...begun, id: ++this.#lastId};
    const kept = begun.changes || begun.subject.kind === 'note' ? this.#changes : this.#looks;
    kept.add(entry);
    this.#version++;
    return end => {
      if (kept.replace({...entry, end})) this.#version++;
    };
  }
}

/** The newest entries, within limits. */
class Kept {
  entries: Entry[] = [];
  readonly #most: number;
  #characters = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.#characters += charactersOf(entry);
    while (this.entries.length > this.#most || (this.#characters > mostCharacters && this.entries.length > 1)) {
      const gone = this.entries.shift();
      if (gone !== undefined) this.#characters -= charactersOf(gone);
    }
  }

  /** False when it was dropped in the meantime. */
  replace(entry: Entry): boolean {
    const index = this.entries.findLastIndex(({id}) => id === entry.id);
    if (index >= 0) this.entries[index] = entry;
    return index >= 0;
  }
}

function charactersOf({what, subject}: Entry): number {
  const body = subject.kind === 'request' ? (subject.body?.length ?? 0) : 0;
  const argv = subject.kind === 'command' ? subject.argv.reduce((sum, word) => sum + word.length, 0) : 0;
  // The rest of an entry is about so long.
  return what.length + body + argv + 200;
}
