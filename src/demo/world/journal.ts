/** A line of the journal. */
export type JournalEntry = {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly unit: string;
  /** Who wrote it: the unit's own process, systemd about the unit, or sudo. */
  readonly by: 'unit' | 'systemd' | 'sudo';
  /** Which start of the unit it belongs to. */
  readonly invocation: string;
  readonly pid: number;
  /** 0–7, as syslog counts. */
  readonly priority: number;
  readonly message: string;
  /** What else systemd tells with it, by the names of the journal. */
  readonly fields?: Readonly<Record<string, string>>;
};

/** The numbers of systemd's catalogue for what it says of units. */
export const messageIds = {
  started: '39f53479d3a045ac8e11786248231fbf',
  stopped: '9d1aaa27d60140bd96365438aad20286',
  succeeded: '7ad2d189f7e94e70a38c781354912448',
  exited: '98e322203f7a4ed290d09fe03c09fe15',
  failed: 'd9b373ed55a64feb8242e02dbe79a49c',
} as const;

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
