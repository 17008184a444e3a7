import {randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {access, constants, mkdir, open, readdir, realpath, rename, rm, stat, statfs} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {digestOf, type Range, type Store, type StoredFile} from './store.ts';

const unfinished = '.part';

/** A folder of this machine. What is written there is for this user alone. */
export function folderStore(folder: string): Store {
  const path = (name: string) => join(folder, name);
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw refusal(error, folder);
    }
  };
  const read = (name: string, range?: Range, signal?: AbortSignal) => readWithin(path(name), folder, range, signal);
  return {
    where: folder,
    look: () =>
      within(async () => {
        const near = await nearest(folder);
        await access(near, constants.W_OK | constants.X_OK);
        const {bavail, bsize} = await statfs(near);
        return {freeBytes: bavail * bsize};
      }),
    put: async (name, content, signal) => {
      const above = dirname(path(name));
      const part = join(above, `.${randomBytes(8).toString('hex')}${unfinished}`);
      await within(() => mkdir(above, {recursive: true, mode: 0o700}));
      const file = await within(() => open(part, 'wx', 0o600));
      let isWhole = false;
      try {
        for await (const bytes of content) {
          signal?.throwIfAborted();
          await within(() => file.writeFile(bytes));
        }
        await within(async () => {
          await file.sync();
          await rename(part, path(name));
          isWhole = true;
          await syncFolder(above);
        });
      } finally {
        await file.close();
        if (!isWhole) await rm(part, {force: true});
      }
    },
    read,
    digest: (name, signal) => digestOf(read(name, undefined, signal)),
    list: prefix => listed(folder, prefix, within),
    remove: name => within(() => rm(path(name), {force: true})),
    close: () => {},
  };
}

/** That a name is on the disk, and not only what it names. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Where a path leads, whether or not its last folders are there yet. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === dirname(path)) return path;
    return join(await realPathOf(dirname(path)), basename(path));
  }
}

/** The folder, or the nearest above it that is there. */
async function nearest(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR'].includes(error.code ?? '') && path !== dirname(path)) return undefined;
    throw error;
  });
  if (found === undefined) return nearest(dirname(path));
  if (!found.isDirectory()) throw new Problem('store.failed', `${path} is no folder`);
  return path;
}

async function* readWithin(
  path: string,
  folder: string,
  range: Range | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (range !== undefined && range.end <= range.start) return;
  const part = range === undefined ? {} : {start: range.start, end: range.end - 1};
  try {
    yield* createReadStream(path, {...part, highWaterMark: 256 * 1024, ...(signal && {signal})});
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal(error, folder);
  }
}

async function* listed(
  folder: string,
  prefix: string,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<readonly StoredFile[]> {
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    const here = below;
    const entries = await within(() => entriesOf(join(folder, here)));
    const files: StoredFile[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
      const name = `${here}${entry.name}`;
      if (entry.isDirectory() && (name.startsWith(prefix) || prefix.startsWith(`${name}/`))) waiting.push(`${name}/`);
      if (!entry.isFile() || !name.startsWith(prefix) || name.endsWith(unfinished)) continue;
      const {size} = await within(() => stat(join(folder, name)));
      files.unshift({name, bytes: size});
    }
    if (files.length > 0) yield files;
  }
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, {withFileTypes: true});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const codes: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'store.missing',
  ENOTDIR: 'store.missing',
  EACCES: 'store.denied',
  EPERM: 'store.denied',
  EROFS: 'store.denied',
  ENOSPC: 'store.full',
  EDQUOT: 'store.full',
};

function refusal(error: unknown, folder: string): Error {
  if (!(error instanceof Error) || !('syscall' in error))
    return error instanceof Error ? error : new Error(String(error));
  const {code = '', message} = error as NodeJS.ErrnoException;
  return new Problem(codes[code] ?? 'store.failed', `${folder}: ${message}`);
}
