/** A line of the journal. */
export type JournalEntry = {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly unit: string;
  /** Who wrote it: the unit's own process, or systemd about the unit. */
  readonly by: 'unit' | 'systemd';
  /** Which start of the unit it belongs to. */
  readonly invocation: string;
  readonly pid: number;
  /** 0–7, as syslog counts. */
  readonly priority: number;
  readonly message: string;
};

/** The journal of the demo's machine, oldest first. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();

  entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  add(entry: Omit<JournalEntry, 'seq' | 'priority'> & {readonly priority?: number}): void {
    const added = {priority: 6, ...entry, seq: this.#entries.length + 1};
    this.#entries.push(added);
    for (const listener of this.#listeners) listener(added);
  }

  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
