import {createHash, randomUUID} from 'node:crypto';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import * as v from 'valibot';

/** Where windsock keeps what it saw: $XDG_STATE_HOME/windsock. A relative $XDG_STATE_HOME does not count. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.XDG_STATE_HOME?.startsWith('/')
    ? env.XDG_STATE_HOME
    : join(env.HOME || homedir(), '.local', 'state');
  return join(base, 'windsock');
}

/** What is kept on this side of one profile from one start to the next. Only this user can read it. */
export type Keeping = {
  /** Undefined: nothing was kept, or something of another shape. */
  read<T extends v.GenericSchema>(what: KeptName, shape: T): Promise<v.InferOutput<T> | undefined>;
  /** Whole or not at all. Of two that write at once the last one stays. */
  write(what: KeptName, value: unknown): Promise<void>;
};

/** A folder of the state folder, and what tells its files apart. */
export type KeptName = readonly ['volumes' | 'scans', ...string[]];

export function keepIn(folder: string, profile: string): Keeping {
  const place = ([kind, ...names]: KeptName) => {
    // A name may hold any character, and be long.
    const name = createHash('sha256')
      .update([profile, ...names].join('\0'))
      .digest('hex')
      .slice(0, 32);
    return {folder: join(folder, kind), file: join(folder, kind, `${name}.json`)};
  };
  return {
    read: async (what, shape) => {
      try {
        const text = await readFile(place(what).file, 'utf8');
        const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), text);
        return parsed.success ? parsed.output : undefined;
      } catch (error) {
        if (isOfFile(error)) return undefined;
        throw error;
      }
    },
    write: async (what, value) => {
      const {folder: parent, file} = place(what);
      const unfinished = `${file}.${randomUUID()}`;
      try {
        await mkdir(parent, {recursive: true, mode: 0o700});
        await writeFile(unfinished, JSON.stringify(value), {mode: 0o600, flag: 'wx'});
        await rename(unfinished, file);
      } catch (error) {
        // A full or read-only disk on this side must not keep anybody from looking at another one.
        if (!isOfFile(error)) throw error;
        await rm(unfinished, {force: true}).catch(() => {});
      }
    },
  };
}

const isOfFile = (error: unknown): boolean => error instanceof Error && 'code' in error && 'syscall' in error;

/** For what starts anew each time. */
export const keepNothing: Keeping = {read: async () => undefined, write: async () => {}};
