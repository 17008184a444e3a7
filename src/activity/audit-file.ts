import {constants} from 'node:fs';
import {type FileHandle, mkdir, open, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';

/** The audit file of a state folder. */
export const auditPath = (stateFolder: string): string => join(stateFolder, 'audit.jsonl');

/** Neither through a link, nor waiting for the other end of a pipe. */
const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Adds lines, each with its line feed. Throws `activity.not-written`. */
export async function appendAudit(path: string, lines: readonly string[]): Promise<void> {
  await failingAs('activity.not-written', path, async () => {
    const folder = dirname(path);
    await makeFolder(folder);
    const {uid, mode} = await stat(folder);
    if (!isOurs(uid)) throw refused(`${folder} belongs to another user`);
    if ((mode & 0o022) !== 0) throw refused(`others can write in ${folder}`);
    const file = await open(path, flags, 0o600);
    try {
      await refuseUnsafe(file, path);
      // A disk that was full may have cut the line before.
      if (!(await endsWithLine(file))) await whole(file, '\n', path);
      for (const line of lines) await whole(file, line, path);
    } finally {
      await file.close();
    }
  });
}

/** Node's own `recursive` never ends in a folder where nothing can be made (/proc). */
async function makeFolder(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder, {mode: 0o700});
  } catch (error) {
    // Another windsock was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Its lines, oldest first; none where there is no file. Throws `activity.unreadable`. */
export async function* readAudit(path: string): AsyncGenerator<string> {
  const file = await failingAs('activity.unreadable', path, () => openIfThere(path));
  if (file === undefined) return;
  try {
    yield* file.readLines();
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new Problem('activity.unreadable', `${path} is no regular file`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** In one write: with O_APPEND no other writer gets in between. */
async function whole(file: FileHandle, line: string, path: string): Promise<void> {
  const bytes = Buffer.from(line);
  const {bytesWritten} = await file.write(bytes);
  if (bytesWritten < bytes.length) throw refused(`${path}: only a part of a line could be written`);
}

async function endsWithLine(file: FileHandle): Promise<boolean> {
  const {size} = await file.stat();
  if (size === 0) return true;
  const {buffer} = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

async function refuseUnsafe(file: FileHandle, path: string): Promise<void> {
  const status = await file.stat();
  if (!status.isFile()) throw refused(`${path} is no regular file`);
  if (!isOurs(status.uid)) throw refused(`${path} belongs to another user`);
  if ((status.mode & 0o077) !== 0) throw refused(`others have rights on ${path}`);
  if (status.nlink > 1) throw refused(`${path} has another name (a hard link)`);
}

const isOurs = (uid: number): boolean => process.getuid === undefined || uid === process.getuid();

const refused = (why: string) => new Problem('activity.not-written', why);

async function failingAs<T>(code: ProblemCode, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    if (error instanceof Problem || reason === undefined) throw error;
    throw new Problem(code, reason === 'ELOOP' ? `${path} is a symbolic link` : `${path} (${reason})`);
  }
}
