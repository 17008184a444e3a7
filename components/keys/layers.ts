import {createStore, type StoreApi} from 'zustand/vanilla';
import type {BoundCommand, BoundKeymap} from './keymap.ts';
import {latin, type Press, typed} from './press.ts';

/** Something that listens to the keyboard: a screen, a dialog, a field. */
export type Layer = {
  readonly keymap: BoundKeymap;
  /** Hides the layers beneath it from the keyboard. */
  readonly modal: boolean;
  /** A field: characters go here and not to any command with a character for its key. */
  readonly onText?: (text: string, pressedAtMs: number) => void;
};

export type Dispatched =
  | {readonly at: 'ran'; readonly command: BoundCommand}
  | {readonly at: 'refused'; readonly command: BoundCommand; readonly why: string}
  | {readonly at: 'text'}
  | {readonly at: 'unbound'};

type Entry = {readonly id: symbol; readonly rank: number; readonly layer: Layer};

/** The layers that listen to the keyboard, lowest first. */
export class KeyLayers {
  /** Grows when a layer comes, goes or may be able to do something else: for what draws the footer. */
  readonly revision: StoreApi<number> = createStore(() => 0);
  #layers: readonly Entry[] = [];

  /**
   * Adds a layer above those of the same or a lower rank. Returns what removes it.
   */
  push(layer: Layer, rank: number): {remove(): void} {
    const id = Symbol(layer.keymap.title);
    this.#set([...this.#layers, {id, rank, layer}].toSorted((a, b) => a.rank - b.rank));
    return {remove: () => this.#set(this.#layers.filter(entry => entry.id !== id))};
  }

  /** What the commands can do may be another now: the footer looks again. */
  touch(): void {
    this.revision.setState(revision => revision + 1);
  }

  /** Hands one press to the topmost layer that knows it. `pressedAtMs`, by performance.now(), is when it arrived. */
  dispatch(pressed: Press, pressedAtMs = performance.now()): Dispatched {
    const dispatched = this.#dispatch(pressed, pressedAtMs);
    this.touch();
    return dispatched;
  }

  #dispatch(pressed: Press, pressedAtMs: number): Dispatched {
    const text = typed(pressed);
    const press = latin(pressed);
    let refused: Dispatched | undefined;
    for (const {layer} of this.#audible()) {
      if (layer.onText !== undefined && text !== undefined) {
        layer.onText(text, pressedAtMs);
        return {at: 'text'};
      }
      for (const command of layer.keymap.commands) {
        if (!command.keys.includes(press)) continue;
        const why = command.unavailable();
        if (why === undefined) {
          command.run(pressedAtMs);
          return {at: 'ran', command};
        }
        // A layer beneath may still know the key: `q` with nothing left to leave quits.
        refused ??= {at: 'refused', command, why};
      }
    }
    return refused ?? {at: 'unbound'};
  }

  /** Text that was pasted: only a field takes it. */
  paste(text: string): void {
    const top = this.#audible()[0]?.layer;
    top?.onText?.(text, performance.now());
  }

  /** The keymaps that listen now, topmost first; with `below`, those that listen without the layers of that rank and above. */
  sections(below = Number.POSITIVE_INFINITY): readonly BoundKeymap[] {
    return this.#audible(below).map(({layer}) => layer.keymap);
  }

  #audible(below = Number.POSITIVE_INFINITY): readonly Entry[] {
    const above = this.#layers.filter(({rank}) => rank < below).toReversed();
    const modal = above.findIndex(({layer}) => layer.modal);
    return modal === -1 ? above : above.slice(0, modal + 1);
  }

  #set(layers: readonly Entry[]): void {
    this.#layers = layers;
    this.touch();
  }
}
