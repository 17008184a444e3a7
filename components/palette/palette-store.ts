import {createStore, type StoreApi} from 'zustand/vanilla';
import {FieldStore} from '../field/field-store.ts';

/** One line of a palette: something that can be done, or a key that does it. */
export type Entry = {
  readonly id: string;
  readonly keys: string;
  readonly text: string;
  /** A word or two that it is found by, too: "trigger". */
  readonly name?: string;
  /** Under which heading it stands. */
  readonly group: string;
  /** Why it cannot be done now. */
  readonly why?: string | undefined;
  readonly run: () => void;
};

/** A list that is searched by typing. */
export class PaletteStore {
  readonly entries: readonly Entry[];
  readonly field: FieldStore;
  readonly chosen: StoreApi<number> = createStore(() => 0);

  constructor(entries: readonly Entry[], text = '') {
    this.entries = entries;
    this.field = new FieldStore(text, () => this.chosen.setState(0, true));
  }

  /** The entries that hold every word that was typed; first those whose name or text begins with it. */
  found(): readonly Entry[] {
    const words = this.field.text.toLowerCase().split(/\s+/u).filter(Boolean);
    const first = words[0] ?? '';
    const matches = this.entries.filter(entry => {
      const text = `${entry.name ?? ''} ${entry.text} ${entry.group}`.toLowerCase();
      return words.every(word => text.includes(word));
    });
    if (first === '') return matches;
    const begins = ({name = '', text}: Entry) =>
      [name, text].some(own => own.toLowerCase().startsWith(first)) ? 0 : 1;
    return matches.toSorted((a, b) => begins(a) - begins(b));
  }

  move(by: number): void {
    const last = this.found().length - 1;
    this.chosen.setState(now => Math.max(0, Math.min(last, now + by)), true);
  }

  entry(): Entry | undefined {
    return this.found()[this.chosen.getState()];
  }
}
