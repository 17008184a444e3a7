import type {Press} from './press.ts';

/**
 * One thing that a key does. The same entry dispatches the key, draws the footer, the help and the palette,
 * and is printed in docs/keys.md.
 */
export type Command<Context> = {
  /** Stable and unique in its keymap: "dags.trigger". */
  readonly id: string;
  /** The first is the one that is shown. */
  readonly keys: readonly [Press, ...Press[]];
  /** "trigger", as it stands behind the key in the footer. */
  readonly label: string;
  /** One sentence for the help and the documentation. */
  readonly help: string;
  /** Opens the preview of an operation: such keys are capital letters. */
  readonly proposes?: true;
  /** Not drawn in the footer (movement and the like); the help has it all the same. */
  readonly quiet?: true;
  /** Why the key can do nothing now, in a short sentence; undefined when it can. */
  readonly unavailable?: (context: Context) => string | undefined;
  /**
   * Reads the stores of the context at the moment of the key, never what was drawn. `pressedAtMs`, by performance.now(), is when
   * the key arrived: presses may wait behind others.
   */
  readonly run: (context: Context, pressedAtMs: number) => void;
};

export type Keymap<Context> = {
  /** As the help heads it: "DAGs". */
  readonly title: string;
  readonly commands: readonly Command<Context>[];
};

/** A keymap with the context that it acts on. */
export type BoundKeymap = {
  readonly title: string;
  readonly commands: readonly BoundCommand[];
};

export type BoundCommand = {
  readonly id: string;
  readonly keys: readonly [Press, ...Press[]];
  readonly label: string;
  readonly help: string;
  readonly proposes: boolean;
  readonly quiet: boolean;
  unavailable(): string | undefined;
  run(pressedAtMs: number): void;
};

export function bind<Context>(keymap: Keymap<Context>, context: Context): BoundKeymap {
  return {
    title: keymap.title,
    commands: keymap.commands.map(command => ({
      id: command.id,
      keys: command.keys,
      label: command.label,
      help: command.help,
      proposes: command.proposes === true,
      quiet: command.quiet === true,
      unavailable: () => command.unavailable?.(context),
      run: pressedAtMs => command.run(context, pressedAtMs),
    })),
  };
}
