import type {Folder} from '../files/folder.ts';
import type {World} from '../world/world.ts';

/** What a stand-in program is given. */
export type ProgramCall = {
  readonly args: readonly string[];
  readonly world: World;
  readonly folder: Folder;
  out(text: string): void;
  err(text: string): void;
  /** Aborts when whoever called the program is gone. */
  readonly gone: AbortSignal;
};

/** A program of the demo's machine. Settles with its exit code. */
export type Program = (call: ProgramCall) => number | Promise<number>;
