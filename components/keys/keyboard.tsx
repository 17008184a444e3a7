import {useInput, usePaste} from 'ink';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import {type BoundKeymap, bind, type Keymap} from './keymap.ts';
import {type Dispatched, KeyLayers, type Layer} from './layers.ts';
import {type Press, presses} from './press.ts';

const LayersContext = createContext<KeyLayers>(new KeyLayers());

type KeyboardProps = {
  readonly layers: KeyLayers;
  /** Told what became of each press: the place to say why a key did nothing. */
  readonly onDispatched?: (dispatched: Dispatched) => void;
  readonly children: ReactNode;
};

/** Holds the only `useInput` of the program. */
export function Keyboard({layers, onDispatched, children}: KeyboardProps) {
  const latest = useRef(onDispatched);
  latest.current = onDispatched;
  const [queue] = useState(() => new InputQueue());
  const dispatch = (press: Press, pressedAtMs: number) => {
    const dispatched = layers.dispatch(press, pressedAtMs);
    latest.current?.(dispatched);
  };
  useInput((input, key) => {
    const nowMs = performance.now();
    queue.add(presses(input, key).map(press => () => dispatch(press, nowMs)));
  });
  useEffect(() => () => queue.stop(), [queue]);
  usePaste(text => queue.add([() => layers.paste(text)]));
  return <LayersContext value={layers}>{children}</LayersContext>;
}

/**
 * Hands on presses and pastes one at a time: what one of them opened listens to the next, also when both came in one write.
 */
class InputQueue {
  #waiting: (() => void)[] = [];
  #busy = false;

  add(inputs: readonly (() => void)[]): void {
    this.#waiting.push(...inputs);
    if (!this.#busy) this.#next();
  }

  stop(): void {
    this.#waiting = [];
  }

  #next(): void {
    const handOn = this.#waiting.shift();
    this.#busy = handOn !== undefined;
    if (handOn === undefined) return;
    handOn();
    // React decides in a microtask when to draw, and draws in an immediate at the latest: both were asked for before these.
    queueMicrotask(() => setImmediate(() => this.#next()));
  }
}

/** What ranks where: a dialog is above a screen whatever was mounted first. */
export const ranks = {frame: 0, screen: 10, field: 20, dialog: 30, help: 40} as const;

type KeymapOptions = {
  readonly rank: number;
  readonly modal?: boolean;
  /** A field: takes characters and pastes. */
  readonly onText?: ((text: string, pressedAtMs: number) => void) | undefined;
  /** False: the layer does not listen now. */
  readonly active?: boolean;
};

/**
 * Lets a keymap listen while the component is mounted. The context must hold stores, not values:
 * a command reads them when its key is pressed.
 */
export function useKeymap<Context>(keymap: Keymap<Context>, context: Context, options: KeymapOptions): void {
  const layers = useContext(LayersContext);
  const {rank, modal = false, onText, active = true} = options;
  const layer: Layer = {keymap: bind(keymap, context), modal, ...(onText === undefined ? {} : {onText})};
  const latest = useRef(layer);
  latest.current = layer;
  const isField = onText !== undefined;
  // Before the frame is written, so that a key that follows it finds the layer there.
  useLayoutEffect(() => {
    if (!active) return undefined;
    const pushed = layers.push(live(latest, modal, isField), rank);
    return () => pushed.remove();
  }, [layers, rank, modal, active, isField]);
  // What a command can do may have changed with what was drawn.
  useLayoutEffect(() => layers.touch());
}

/** A layer that always acts through what was rendered last, without being pushed anew on each render. */
function live(latest: {readonly current: Layer}, modal: boolean, isField: boolean): Layer {
  return {
    get keymap(): BoundKeymap {
      return latest.current.keymap;
    },
    modal,
    ...(isField ? {onText: (text: string, atMs: number) => latest.current.onText?.(text, atMs)} : {}),
  };
}

/** The keymaps that listen now, topmost first; follows their coming and going. */
export function useSections(): readonly BoundKeymap[] {
  const layers = useContext(LayersContext);
  useSyncExternalStore(layers.revision.subscribe, layers.revision.getState);
  return layers.sections();
}

export function useLayers(): KeyLayers {
  return useContext(LayersContext);
}
