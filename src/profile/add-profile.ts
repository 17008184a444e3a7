import {createHash} from 'node:crypto';
import type {Stats} from 'node:fs';
import {chmod, lstat, mkdir, open, readFile, realpath, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {Problem} from '../problems/problem.ts';
import {readIni} from './ini.ts';
import {profileOf, type Section, sectionText} from './section.ts';
import {refuseStrangers} from './strangers.ts';

/** How long another windsock may take to write. */
const lockMs = 2000;

/**
 * Adds a section at the end of profiles.ini and leaves the rest as it is, to the byte. A file that is new gets the mode 0600, and
 * a folder that is new 0700; a file that is there loses what others may do with it. Two that write at the same time follow one another.
 * `prepare` runs when the name is free and nobody else writes; where it throws nothing is written.
 * Throws `profile.exists`, `profile.invalid`, `profile.unsafe` and `profile.not-written`.
 */
export async function addProfile(
  named: string,
  section: Section,
  env: NodeJS.ProcessEnv,
  prepare: () => Promise<void> = async () => {},
): Promise<void> {
  const text = sectionText(section);
  profileOf(section, named, env);
  try {
    await mkdir(dirname(named), {recursive: true, mode: 0o700});
    const file = await behindLinks(named);
    const lock = join(dirname(file), `.${basename(file)}.windsock`);
    const handle = await locked(lock);
    let isWritten = false;
    try {
      const before = await read(file);
      const after = appended(before?.text ?? '', text, file, section);
      await handle.writeFile(after);
      if (before !== undefined) await handle.chown(before.status.uid, before.status.gid);
      await handle.chmod(before === undefined ? 0o600 : (before.status.mode & 0o700) | 0o600);
      await handle.sync();
      await prepare();
      if ((await read(file))?.hash !== before?.hash) {
        throw new Problem('profile.not-written', `somebody else changed ${file} at the same time`);
      }
      await rename(lock, file);
      isWritten = true;
    } finally {
      await handle.close();
      if (!isWritten) await rm(lock, {force: true});
    }
    await keepFolder(dirname(file));
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (error instanceof Problem || code === undefined) throw error;
    throw new Problem('profile.not-written', `${named} (${code})`);
  }
}

type Content = {readonly text: string; readonly hash: string; readonly status: Stats};

/** The file itself, which may be kept elsewhere (a folder under version control). Links of other users are not followed. */
async function behindLinks(named: string): Promise<string> {
  const status = await lstat(named).catch(absent);
  if (status === undefined) return join(await realpath(dirname(named)), basename(named));
  if (!status.isSymbolicLink()) return realpath(named);
  if (!isOurs(status)) throw new Problem('profile.unsafe', `${named} is a link of the user ${status.uid}`);
  return realpath(named);
}

/** The file that takes the new text is the lock, too: who makes it writes. */
async function locked(lock: string) {
  const untilMs = performance.now() + lockMs;
  for (;;) {
    try {
      return await open(lock, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (performance.now() >= untilMs) {
        throw new Problem('profile.not-written', `another windsock writes; if none does, remove ${lock}`);
      }
      await pause(50);
    }
  }
}

async function read(file: string): Promise<Content | undefined> {
  const status = await stat(file).catch(absent);
  if (status === undefined) return undefined;
  if (!status.isFile()) throw new Problem('profile.not-written', `${file} is no file`);
  refuseStrangers(file, status);
  const bytes = await readFile(file);
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    return {text, hash: createHash('sha256').update(bytes).digest('hex'), status};
  } catch {
    throw new Problem('profile.unreadable', `${file} is not UTF-8`);
  }
}

/** The text with the section at its end, in the line ends that it has. */
function appended(before: string, text: string, file: string, {name}: Section): string {
  const place = (line: number) => `${file}, line ${line}`;
  const there = readIni(before, place);
  const twin = there.find(section => section.name === name);
  if (twin !== undefined) throw new Problem('profile.exists', `[${name}] in ${place(twin.line)}`);
  const end = before.includes('\r\n') ? '\r\n' : '\n';
  const gap = before === '' ? '' : `${/[\r\n]$/.test(before) ? '' : end}${end}`;
  const after = before + gap + text.replaceAll('\n', end);
  if (readIni(after, place).length !== there.length + 1) throw new Error('the section cannot be read back');
  return after;
}

/** Only the folder that windsock has for itself is closed; what somebody else named is theirs. */
async function keepFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    // What was renamed is there after a power cut only when its folder was written.
    await handle.sync();
    if (basename(folder) === 'windsock' && isOurs(await handle.stat())) await chmod(folder, 0o700);
  } finally {
    await handle.close();
  }
}

function isOurs({uid}: Stats): boolean {
  const us = process.getuid?.();
  return us === undefined || uid === us;
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return undefined;
}
